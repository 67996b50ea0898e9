"""Messages of protobuf from their fields' numbers and types, for formats whose packages nobody needs but for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

_SCALARS = {name.removeprefix("TYPE_").lower(): number for name, number in FieldDescriptorProto.Type.items()}

Fields = Mapping[str, tuple[int, str]]
"""By a field's name its number and its type: a scalar's name, or a message's; with a `*` before it, many of them."""


def messages(package: str, kinds: Mapping[str, Fields]) -> Mapping[str, Any]:
    """The class of each message. An enumeration is an int32 here, and a map is a list of its entries, whose order and
    doubles it then keeps: on the wire they are the same (https://protobuf.dev/programming-guides/encoding/)."""
    file = FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto3")
    for kind, fields in kinds.items():
        message = file.message_type.add(name=kind)
        for name, (number, told) in fields.items():
            of, many = told.removeprefix("*"), told.startswith("*")
            label = FieldDescriptorProto.LABEL_REPEATED if many else FieldDescriptorProto.LABEL_OPTIONAL
            field = message.field.add(name=name, number=number, label=label)
            if of in _SCALARS:
                field.type = _SCALARS[of]
            else:
                field.type, field.type_name = FieldDescriptorProto.TYPE_MESSAGE, f".{package}.{of}"
    pool = DescriptorPool()
    pool.Add(file)
    return {kind: GetMessageClass(pool.FindMessageTypeByName(f"{package}.{kind}")) for kind in kinds}
