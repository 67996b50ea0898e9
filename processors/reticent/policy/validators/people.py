"""Names, ages and days of birth: what a person is called and how old they are."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Final

from ..phrases import APOSTROPHES
from ..rule import Match, Validator
from .likeness import alone, placeholder, words_of
from .national import DAY_IN_DIGITS, is_day


def _table(name: str) -> frozenset[str]:
    lines = files(__package__).joinpath(name).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


_GIVEN: Final = _table("given_names.txt")
_FAMILY: Final = _table("family_names.txt")

_THINGS: Final = words_of(
    """account action address admin agent air airport alert answer api app application area assistant attribute author
    bank base blog board book bot box branch bug build business button call card case category center centre change
    chapter chat check city class client club code column command comment commit company component config
    configuration contact content control copyright core country course customer dashboard data database date day
    dear default demo department design details developer development device display document domain driver editor
    email end engine engineering error event example exception executive feature feedback field file filter first
    folder font foundation form format framework full function gateway general google group guide hello help home
    hospital host hotel house id image inc index info input institute integration interface internal international
    issue item job key label language last layer library licence license limited line link linux list llc log login
    ltd mac machine mail maintainer management manager map marketing master memory menu message meta method
    microsoft middle mode model module monitor monthly name names national network new news next node none note
    notes null number object office online open operations option order organization output override overview
    package page panel parameter park part password path payment person phone plan platform play plugin point policy
    post premium press primary private process product profile program project property provider public python query
    question rate record release report repository request research resource response result return role room root
    rule run sales sample schema school science script search secondary section security select self sender series
    server service session set settings shop site size smart software sorry source standard start state station
    status step store story stream street string studio subject suite summary support system table tag task team
    tech technologies technology template test text thanks theme this ticket title token tool total trace trust type
    unit united university unknown update user value variable vendor version video view warning web website weekly
    widget window windows work world you your view string the that there all everyone everybody monday tuesday
    wednesday thursday friday saturday sunday january february march april june july august september october
    november december yes no true false north south east west hi hey sir madam folks friends both what who how when
    where why our his her its their can please thank not here just now regards sincerely best kind warm yours reply
    city street road avenue lane airlines airways express pro plus lite max mini alpha beta as for if so but however
    bridge american championship incorporated also to of in on at by with from would should could about because
    after before since until while opus sonnet reality commission ssn voornaam achternaam familienaam prénom nombre
    apellido apellidos cognome sobrenome imię nazwisko förnamn efternamn fornavn etternavn etunimi sukunimi"""
)
_PARTICLES: Final = words_of("van von de da di del der den la le bin al y e do dos das el ten ter zu af av")


_COLUMN: Final = re.compile(r",\s{0,3}[\"'`]?$")
_CODE: Final = frozenset("_([{=@0123456789")
"""What follows a name of a program."""
_SIGNS: Final = f".{APOSTROPHES}"


def stated(text: str, found: Match) -> bool:
    """No name of a column behind the names of others."""
    return _COLUMN.search(found.text[max(0, found.start - 8) : found.start]) is None


def _words(text: str) -> list[str]:
    return [bare for word in re.split(r"[\s,]+", text) if (bare := word.strip(_SIGNS))]


_NEXT_FIELD: Final = re.compile(r":\s")
_PART: Final = re.compile(r"\.[A-Z]\w")
"""Behind the first part of what a program names by several."""
_JOINED: Final = re.compile(r"([A-Z][a-z]{3,})(?<!Fitz)[A-Z]\w+")
"""Words that a program joins, as people's names join only short ones (McKay, DeLuca) and given names."""


def person_name(text: str, found: Match) -> bool:
    """One to six words, none of them the name of a thing, and no part of an identifier. Without capitals: a given name
    and another, which are all that the field or the line has."""
    words = [word.lower() for word in _words(text)]
    if text[:1].islower() and not (words[0] in _GIVEN and alone(found)):
        return False
    if (len(text.strip(_SIGNS)) == 1 and "." not in text) or _PART.match(found.text, found.end) is not None:
        return False
    if _NEXT_FIELD.match(found.text, found.end) and "\n" in found.text[max(0, found.start - 8) : found.start]:
        return False
    if found.text[found.end : found.end + 1] in _CODE or found.text[max(0, found.start - 1) : found.start] == "_":
        return False
    if _IDENTIFIER.fullmatch(text) is not None:
        return False
    joined = _JOINED.fullmatch(text)
    if joined is not None and joined[1].lower() not in _GIVEN:
        return False
    return 1 <= len(words) <= 6 and not any(word in _THINGS or word.endswith("name") for word in words)


_IDENTIFIER: Final = re.compile(r"(?:[A-Z][a-z]+){3,}[A-Z]?")
"""Three words or more in one, as programs have them."""


_STATES: Final = words_of(
    """stable condition blood pressure full part time call only read write not enrolled admitted discharged critical
    active inactive pending approved denied total present absent other unknown high low medium heart rate care history
    notes"""
)


def name_alone(text: str, found: Match) -> bool:
    """Two to five words, all that the field or the line has, of which none is a thing or says how somebody is."""
    words = [word.lower() for word in _words(text)]
    return (
        2 <= len(words) <= 5 and alone(found) and not _STATES.intersection(words) and person_name(text.title(), found)
    )


def short_name(text: str, found: Match) -> bool:
    """As long as names are where words have no capitals: two to four signs of Chinese or Japanese, as many syllables of
    Korean, one to four words of other scripts."""
    words = text.split()
    if any(text[at : at + 2] in _THINGS_OF_TWO for at in range(len(text))):
        return False
    dense = any("\u3005" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7a3" for sign in text)
    return len(text) <= (_DENSE_MOST if "・" in text or "·" in text else _SIGNS_MOST) if dense else len(words) > 1


_SIGNS_MOST, _DENSE_MOST = 6, 16
_THINGS_OF_TWO: Final = words_of(
    """频道 栏目 单页 页面 頁面 链接 連結
    管理 会员 會員 用户 用戶 系统 系統 设置 設置 設定 列表 信息 資訊 中心 平台 数据 數據 服务 服務 商品 订单
    訂單 公司 企业 企業 部门 部門 团队 團隊 小组 小組 程序 开发 開発 测试 測試 标题 標題 内容 描述 说明 說明
    名称 名稱 类型 類型 状态 狀態 时间 時間 日期 地址 电话 電話 邮箱 密码 账号 帳號 登录 登錄 注册 註冊 首页
    首頁 详情 詳情 查询 查詢 统计 統計 报表 報表 分析 监控 監控 权限 權限 角色 菜单 菜單 配置 日志 日誌 文件
    图片 圖片 视频 視頻 音乐 音樂 新闻 新聞 文章 评论 評論 分类 分類 标签 標籤 项目 項目 任务 任務 流程 审批
    审核 通知 消息 活动 活動 营销 營銷 财务 財務 库存 庫存 采购 採購 销售 銷售 产品 產品 客服 运营 運營 技术
    技術 科技 科学 科學 大学 大學 学院 學院 医院 醫院 银行 銀行 酒店 机场 機場 城市 省份 国家 國家 中国 中國
    北京 上海 日本 東京 普通 默认 默認 全部 其他 未知 示例 少女 设计 設計 教程 接口 模块 模組 组件 工具 网络
    網絡 网站 網站 软件 軟體 手机 手機 电脑 電腦 游戏 遊戲 学习 學習 课程 課程 资源 資源 支付 优惠 优选 社区
    世界 新規 編集 削除 一覧 登録 検索 表示 会社 部署 営業 株式 担当 관리 설정 목록 정보 회사 사용 서비 상품
    주문 비밀 암호 전화 주소 이메 생년 성별 직업 번호 パス 住所 番号 年齢 性別 職業 生年 年龄 性别 职业 出生
    身份 号码"""
)
"""Two signs that make a word for a thing, which no name has."""


_SURNAMES: Final = re.compile(
    r"(?i)[^\W\d_]+(?:sson|ssen|d[oó]ttir|escu|eanu|enko|chuk|wicz|[oe]wsk[ia]|ńsk[ia]|ck[ia]|ová|ský|ská|o[gğ]lu|shvili|adze"
    # several alphabets, of which each has a name for itself
    r"|opoulo[su]|i[a]?dis|akis|[aá]ndez|[ií]nez|[eé]rez|[aá]lez|[oó]pez|[oó]mez|[ií]guez|όπουλος|οπούλου|ίδης|ίδου"
    r"|ιάδης|άκης|[\u043e\u0435]вич|[\u043e\u0435]вна|ична|[ії]вна|енко|чук|щук|ськ(?:ий|\u0430)|цьк(?:ий|\u0430)"
    r"|[\u0441ц]к(?:ий|\u0430я)|швили|дзе)"
)
"""How family names of many languages end, and names after a father; few other words do."""
_VIETNAMESE: Final = words_of("nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh")
_TITLES: Final = words_of(
    """dr dra lic ing mtro mtra srta sra sr sig dott prof univ dipl mr mrs ms miss pan pani paní mgr mudr judr rndr bc
    hj drs pn cô bà anh chị ông av"""
)


def given_name(text: str, found: Match) -> bool:
    """Begins with a name that people are given, or has it behind a comma, or one that families have; initials and
    titles apart. Names no thing."""
    last, comma, rest = text.partition(",")
    words = [word for word in _words(rest if comma else last) if len(word) > 1 and word.lower() not in _TITLES]
    if not words or not person_name(text, found):
        return False
    if any(part in _GIVEN for part in words[0].lower().split("-")):
        return True
    # where family names stand first, the given one has to be none that is a word of another language
    other = words[-1].lower()
    return (
        any(_SURNAMES.fullmatch(word) for word in words)
        or (other in _GIVEN and not other.isascii())
        or not _VIETNAMESE.isdisjoint((words[0].lower(), other))
    )


def whole_name(text: str, found: Match) -> bool:
    """A given name and at least one more, which is no particle; no article of a shop beside its number."""
    before, behind = found.text[max(0, found.start - 64) : found.start], found.text[found.end : found.end + 40]
    if _SOLD[0].search(before) is not None or _SOLD[1].match(behind) is not None:
        return False
    rest = [word for word in _words(text)[1:] if word.lower() not in _PARTICLES]
    return bool(rest) and given_name(text, found)


_BETWEEN_NAMES: Final = re.compile(
    r"\s*(?:[<(][^<>()]*[>)]\s*)?(?:[,;]|\n[ \t]*[-*•]|\b(?:and|und|y|et|e|en|i|och|og|и)\b|&)\s*"
)
"""Between two names of a list, with the address of the first; one letter may be a word of another language."""


def names(text: str, found: Match) -> bool:
    """Several names, each of two words or more and of no thing; half of them begin as people's do."""
    each = [name for part in _BETWEEN_NAMES.split(text) if (name := part.partition("<")[0].partition("(")[0].strip())]
    people = [whole_name(name, Match(name, "", 0, len(name))) for name in each]
    return 2 * sum(people) >= len(each) and all(_of_no_thing(name) for name in each)


def _of_no_thing(name: str) -> bool:
    return not any(word.lower() in _THINGS for word in _words(name))


def name_of_person(text: str, found: Match) -> bool:
    """Two to five words, of which none is a thing or says how somebody is, where only a person can be meant."""
    words = [word.lower() for word in _words(text)]
    return 2 <= len(words) <= 5 and not _STATES.intersection(words) and person_name(text, found)


_OTHER_PART: Final = {
    "family": re.compile(r"\bgiven\b\W{0,6}[:\x01\x02]"),
    "given": re.compile(r"\bfamily\b\W{0,6}[:\x01\x02]"),
}
_PART_NAME: Final = re.compile(r"(family|given)[^A-Za-z]*$")
_NEAR_PART: Final = 120


def name_of_parts(text: str, found: Match) -> bool:
    """Beside the other part of the same name: a family of fonts has none."""
    before = found.text[max(0, found.start - _NEAR_PART) : found.start]
    part = _PART_NAME.search(before) or _PART_NAME.search(found.label)
    around = before + found.text[found.end : found.end + _NEAR_PART]
    return part is not None and _OTHER_PART[part[1]].search(around) is not None


def surname_first(text: str, found: Match) -> bool:
    """Ends with words of which the first is a name that people are given."""
    first = next((word for word in _words(text) if not word.isupper()), "")
    return any(part in _GIVEN for part in first.lower().split("-")) and person_name(text, found)


def surname_and_given(text: str, _: Match) -> bool:
    """`LINDQVIST/MIA`, where what stands behind the stroke is a name that people are given."""
    return _words(text.partition("/")[2].replace("/", " "))[0].lower() in _GIVEN


_ARTICLE: Final = r"\"(?:sku|ean|gtin|upc|isbn|asin|brand|model|product_?id|category|manufacturer|stock)\"\s?:\s?"
_SOLD: Final = (
    re.compile(_ARTICLE + r"[^{}\[\]:]{1,40},\s{1,12}\"(?:name|title)\"\s?:\s?\"$"),
    re.compile(r"\",\s{1,12}" + _ARTICLE),
)
"""Before and behind the name in an object of JSON."""
_BOUNDS: Final = words_of("max min mark art bill grant will")
"""Names that begin identifiers of programs, too."""


def given_handle(text: str, found: Match) -> bool:
    """A name that people are given, then one of another kind."""
    first, second = re.split(r"[._-]", re.sub(r"[._-]?\d+$", "", text))[:2]
    return first in _GIVEN and first not in _BOUNDS and second not in _THINGS and placeholder(text, found)


def person_handle(text: str, found: Match) -> bool:
    """A part of it is a name that people are given, or begins with one of some letters; none is the name of a thing."""
    bare = text.lstrip("@").lower()
    parts = re.findall("[a-z]+", re.sub("^the(?=[a-z]{3})", "", bare))
    if any(part in _THINGS for part in parts) or not placeholder(text, found) or _HOST.search(text) is not None:
        return False
    if _FAMILY_AND_INITIAL.fullmatch(bare) is not None or _CHOSEN.fullmatch(bare) is not None:
        return True
    return any(part in _GIVEN or _begins(part, bare[-1:].isdigit()) or _of_names(part) for part in parts)


def _of_names(letters: str) -> bool:
    """Small letters that are two names, a given one among them, or an initial and a family's."""
    if letters in _WORDS or len(letters) < _LOGIN_LEAST:
        return False
    if letters[1:] in _FAMILY or (
        letters[:-1] in _FAMILY and letters[-1] not in _ENDINGS and len(letters) > _LOGIN_LEAST
    ):
        return True
    for size in range(3, len(letters) - 2):
        first, second = letters[:size], letters[size:]
        if first in _GIVEN and (second in _FAMILY or len(first) >= _TELLS):
            return True
        if second in _GIVEN and len(second) > 3 and (first in _FAMILY or first in _GIVEN or len(second) >= _TELLS):
            return True
    return False


_WORDS: Final = words_of(
    """across alexandria arose array award bland bray breed brush carrying cassandra chill christians clang cooked
    creed crush dwells fallen freed geronimo gray greed layers libgeronimo marshaled marshaling marshalled
    marshalling pooled pray prose provisioned shall sharding sheath shill shunt smack spark sparks styler sward
    swells thorn tray treed underling unversioned versioned victorian victorians whines"""
)
"""Words that are a letter and a name."""
_LOGIN_LEAST, _TELLS = 5, 6
_ENDINGS: Final = frozenset("aesyb")
"""Letters that make another word of a name."""


def person_login(text: str, found: Match) -> bool:
    """Written from a person's names, with or without a number, and no name of a thing."""
    bare = re.sub(r"[._-]?[0-9]+$", "", text.lstrip("@").lower())
    return bare not in _THINGS and (_of_names(bare) or (bare in _GIVEN and text[-1].isdigit()))


def login_of_person(text: str, found: Match) -> bool:
    """Made of a person's name: with a number or of parts, or written from two names."""
    if found.text[found.end : found.end + 1] == "(":
        return False
    parted = text[-1].isdigit() or re.search(r"[._-]", text) is not None
    return person_handle(text, found) if parted else text.islower() and person_login(text, found)


def _begins(part: str, numbered: bool) -> bool:
    """With a given name of four letters or more (three, before a number), and at most three behind it."""
    least = max(_BEGIN_LEAST - numbered, len(part) - _ENDING_MOST)
    return any(part[:size] in _GIVEN for size in range(least, len(part)))


_BEGIN_LEAST, _ENDING_MOST = 4, 3
_FAMILY_AND_INITIAL: Final = re.compile(r"[a-z]{2,20}\.[a-z]")
_CHOSEN: Final = re.compile("the[a-z]{4,}[0-9]{1,4}")
_HOST: Final = re.compile(r"\.(?:com|org|net|io|dev|local|internal|py|js|ts|md|json|yaml|yml|txt|example)$")


def born_long_ago(text: str, found: Match) -> bool:
    """A day before those of today's logs, behind a name that people are given, where nobody has written or changed
    something."""
    before = found.text[max(0, found.start - _AROUND) : found.start]
    name = _NAMED.search(before)
    if name is None or name[1].lower() not in _GIVEN or _WRITTEN.search(before) is not None:
        return False
    year = re.search(r"(?:19|20)\d\d", text)
    return year is not None and int(year.group()) < _RECENT and date(text, found)


_AROUND: Final = 90
_RECENT: Final = 2011
_NAMED: Final = re.compile(r"([^\W\d_]+)(?: [^\W\d_]+[^\s,]*){1,3}(?: \(|, )(?:\*|b\.? ?|the )?$")
_WRITTEN: Final = re.compile(
    r"(?i)\b(?:by|authors?|from|fix(?:ed|es)?|change[sd]?|patch|version|release[sd]?|revision|copyright|commit|reported|added|thanks"
    r"|wrote|written|see|in|paper|rfc|signed|posted|date)\b"
)


def phone_of_person(text: str, found: Match) -> bool:
    """Begins behind a name that people are given."""
    name = _BEHIND_NAME.search(found.text[max(0, found.start - _AROUND) : found.start])
    return name is not None and any(word.lower() in _GIVEN for word in name[1].split())


def phone_after_name(text: str, found: Match) -> bool:
    """Begins behind a full name whose first word people are given; no day in eight digits."""
    before = found.text[max(0, found.start - _AROUND) : found.start].rstrip(" ,;|/")
    name = _FULL_NAME.search(before)
    return (
        name is not None
        and any(word.lower() in _GIVEN for word in name[0].split()[:-1])
        and DAY_IN_DIGITS.fullmatch(text) is None
    )


_FULL_NAME: Final = re.compile(r"[^\W\d_a-z][^\W\d_]+(?:[ -][^\W\d_]+\.?){1,3}$")
_BEHIND_NAME: Final = re.compile(r"((?:[^\W\d_]+ ){0,3}[^\W\d_]+)(?:,| \(| \||:| [\u2013-])\s{0,3}$")
_OFFICES: Final = words_of("president speaker chairman director general justice minister secretary no one anybody")


def titled_name(text: str, found: Match) -> bool:
    """What stands behind a title and is neither an office, nor a thing, nor somebody of a film or a book."""
    first = _words(text)[0].lower() if _words(text) else ""
    if found.text[: found.start].endswith(("Notre-Dame ", "Notre Dame ")):
        return False
    title = _TITLE.search(found.text[max(0, found.start - 8) : found.start])
    made_up = title is not None and f"{title[1].lower()}-{first}" in _MADE_UP
    return person_name(text, found) and first not in _OFFICES and not made_up


_TITLE: Final = re.compile(r"(Mrs?|Dr|Miss|Ms|Captain|Lady|Lord|Professor|Sir)\.? $")
_MADE_UP: Final = words_of(
    """mr-robot mr-bean mr-clean mr-potato mr-pepper mr-hyde mr-darcy mr-spock mr-magoo mr-incredible mr-krabs mr-freeze
    mr-miyagi mr-muscle mr-kipling mr-peanut mr-beast mr-fox mr-ed mr-toad mr-monopoly mrs-doubtfire mrs-dalloway
    mrs-hudson mrs-brown mrs-maisel mrs-claus dr-pepper dr-who dr-strangelove dr-jekyll dr-evil dr-doolittle
    dr-dolittle dr-seuss dr-dre dr-zhivago dr-manhattan dr-octopus dr-doom dr-strange dr-frankenstein dr-moreau
    dr-mario dr-watson dr-oetker miss-marple miss-piggy miss-saigon miss-universe miss-america ms-pac captain-america
    captain-marvel captain-hook captain-nemo captain-kirk captain-picard captain-morgan captain-planet captain-ahab
    lady-gaga lady-macbeth lady-chatterley lord-vader lord-voldemort lord-byron professor-snape professor-moriarty
    professor-x sir-lancelot sir-galahad"""
)
"""Who is in films, in books and on packets."""


_ORDERS: Final = ((0, 1, 2), (2, 1, 0), (2, 0, 1))
"""Year, month and day among three numbers: ISO, day first, month first."""


def date(text: str, _: Match) -> bool:
    """A day of a life, from 1880 to 2035 where the year has four digits."""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if len(numbers) == 1 and len(text) == 8:
        numbers = [numbers[0] // 10000, numbers[0] // 100 % 100, numbers[0] % 100]
    if len(numbers) == 2:
        return 1 <= min(numbers) <= 31 and (max(numbers) < 100 or 1880 <= max(numbers) <= 2035)
    if len(numbers) != 3:
        return False
    for year, month, day in _ORDERS:
        y = numbers[year] if numbers[year] > 99 else 2000 + numbers[year]
        if 1880 <= y <= 2099 and is_day(y, numbers[month], numbers[day]):
            return y <= 2035 or numbers[year] <= 99
    return False


def birth_year(text: str, _: Match) -> bool:
    return 1900 <= int(text) <= 2025


def age(text: str, _: Match) -> bool:
    return 0 < float(text) <= 120


def _name(chance: random.Random) -> str:
    first = chance.choice(["Anna", "Jonas", "Mia", "Carlos", "Priya"])
    return f"{first} {chance.choice(['Weber', 'Silva', 'Kowalski', 'Okafor', 'Lindqvist'])}"


VALIDATORS: Final[dict[str, Validator]] = {
    "person-name": person_name,
    "name-alone": name_alone,
    "short-name": short_name,
    "surname-first": surname_first,
    "surname-and-given": surname_and_given,
    "given-name": given_name,
    "given-handle": given_handle,
    "born-long-ago": born_long_ago,
    "phone-of-person": phone_of_person,
    "phone-after-name": phone_after_name,
    "login-of-person": login_of_person,
    "person-handle": person_handle,
    "person-login": person_login,
    "whole-name": whole_name,
    "names": names,
    "name-of-person": name_of_person,
    "name-of-parts": name_of_parts,
    "titled-name": titled_name,
    "date": date,
    "stated": stated,
    "birth-year": birth_year,
    "age": age,
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {"person": _name}
