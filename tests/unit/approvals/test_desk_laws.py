"""Whatever people, time and replays do: what a desk releases, it releases once and rightly."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from reticent.approvals.desk import EARLY_SECONDS, ApprovalDesk
from reticent.approvals.machine import FINAL
from reticent.model import Evidence, Identity, Outgoing, Topic

from ..records import Record
from .conftest import NOW, PRODUCER, SEALER, People, asking, deciding, masked, of, person, request

REQUESTS = {
    each.approval_id: each
    for each in (request(source=f"traces.raw-0-{number}", minimum=number // 2 + 1) for number in range(6))
}
EVERYBODY: dict[str, Identity] = {
    **{name: person(name) for name in ("alice", "bob", "carol", "dave")},
    "alice-too": person("alice", groups=("security", "admin")),
    "alice-elsewhere": person("alice", issuer="https://other.example"),
    "producer": PRODUCER,
    "producer-as-person": person(PRODUCER.subject),
    "colleague-of-producer": person("erin", producer=PRODUCER.producer),
    "guest": person("guest", groups=("staff",)),
    "stranger": person("stranger", tenant="globex"),
}
MAY = ("alice", "bob", "carol", "dave", "alice-too", "alice-elsewhere")
MAY_NOT = ("producer", "producer-as-person", "colleague-of-producer", "guest", "stranger")
ENTITLED = {EVERYBODY[name].person for name in MAY}
ids = st.sampled_from(sorted(REQUESTS))


class Desks(RuleBasedStateMachine):
    """A desk under arbitrary input, beside a record of what was said to it and what left it."""

    def __init__(self) -> None:
        super().__init__()
        people = People()
        people.known = dict(EVERYBODY)
        self.make = lambda: ApprovalDesk(0, authenticator=people, sealer=SEALER, mask_reason=masked)
        self.desk = self.make()
        self.now = NOW
        self.state: dict[bytes, bytes | None] = {}
        self.handled: list[tuple[Record, str]] = []
        self.released: dict[str, int] = dict.fromkeys(REQUESTS, 0)
        self.verdicts: dict[str, list[str]] = {identifier: [] for identifier in REQUESTS}
        self.approved: dict[str, set[tuple[str, str]]] = {identifier: set() for identifier in REQUESTS}

    def took(self, outputs: list[Outgoing]) -> None:
        """Commits what the desk wrote."""
        for output in outputs:
            if output.topic is Topic.APPROVAL_STATE:
                assert output.value is None or isinstance(output.value, Evidence)
                self.state[output.key] = output.value.content if output.value else None
        for verdict in of(outputs, Topic.VERDICTS):
            self.verdicts[verdict["approval_id"]].append(verdict["verdict"])
            if verdict["verdict"] == "released":
                self.released[verdict["approval_id"]] += 1
        assert len(of(outputs, Topic.SANITIZED)) == sum(
            verdict["verdict"] == "released" for verdict in of(outputs, Topic.VERDICTS)
        )

    def handle(self, record: Record, source: str) -> None:
        self.handled.append((record, source))
        self.took(list(self.desk.handle(record, self.now, source=source)))

    @initialize(wanted=st.sets(ids, min_size=3))
    def some_requests_have_come(self, wanted: set[str]) -> None:
        for identifier in sorted(wanted):
            self.a_request_comes(identifier)

    @rule(identifier=ids)
    def a_request_comes(self, identifier: str) -> None:
        self.handle(asking(REQUESTS[identifier]), "approvals")

    @rule(identifier=ids, who=st.lists(st.sampled_from(MAY) | st.sampled_from(MAY_NOT), min_size=1, max_size=4))
    def people_approve(self, identifier: str, who: list[str]) -> None:
        for name in who:
            self.approved[identifier].add(EVERYBODY[name].person)
            self.handle(deciding(REQUESTS[identifier], name, at=self.now), "decisions")

    @rule(identifier=ids, who=st.sampled_from(["alice", "bob", "carol"]))
    def somebody_approves_other_content(self, identifier: str, who: str) -> None:
        digest = "sha256:" + "9" * 64
        self.handle(deciding(REQUESTS[identifier], who, at=self.now, content_digest=digest), "decisions")

    @rule(identifier=ids, who=st.sampled_from(["alice", "guest", "stranger", "producer"]))
    def somebody_rejects(self, identifier: str, who: str) -> None:
        known = self.desk.approvals.get(identifier)
        self.handle(deciding(REQUESTS[identifier], who, "reject", at=self.now), "decisions")
        if who == "alice" and known is not None and known.request is not None:
            assert self.desk.approvals[identifier].state in FINAL

    @rule(identifier=ids, who=st.sampled_from(["alice", "producer"]))
    def somebody_withdraws(self, identifier: str, who: str) -> None:
        self.handle(deciding(REQUESTS[identifier], who, "withdraw", at=self.now), "decisions")

    @rule(seconds=st.sampled_from([1.0, 60.0, 600.0, EARLY_SECONDS + 1, 3600.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.took([*self.desk.expire(self.now), *self.desk.discard_final(self.now - 2 * 3600)])

    @rule()
    def the_worker_is_killed(self) -> None:
        self.desk = self.restored()

    @rule(data=st.data())
    def a_record_is_replayed(self, data: st.DataObject) -> None:
        if self.handled:
            record, source = data.draw(st.sampled_from(self.handled))
            self.took(list(self.desk.handle(record, self.now, source=source)))

    def restored(self) -> ApprovalDesk:
        desk = self.make()
        for key, value in self.state.items():
            desk.restore(key, value)
        return desk

    @invariant()
    def what_is_restored_is_what_was(self) -> None:
        assert dict(self.restored().approvals) == dict(self.desk.approvals)

    @invariant()
    def nothing_is_released_twice(self) -> None:
        assert all(count <= 1 for count in self.released.values())

    @invariant()
    def nothing_is_released_without_enough_entitled_people(self) -> None:
        for identifier, count in self.released.items():
            if count:
                assert len(self.approved[identifier] & ENTITLED) >= REQUESTS[identifier].minimum

    @invariant()
    def nothing_is_released_after_it_was_blocked(self) -> None:
        for said in self.verdicts.values():
            assert "released" not in said[1:]

    @invariant()
    def state_keeps_no_content_once_ended(self) -> None:
        for known in self.desk.approvals.values():
            if known.ended_at is not None:
                assert known.request is not None
                assert known.request.content == ""


TestDesks = Desks.TestCase
TestDesks.settings = settings(
    max_examples=80, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
