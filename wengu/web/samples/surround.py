"""版心样张: the frame around the sample pages."""

from wengu.web import contents
from wengu.web.screens import Frame, NavGroup, NavItem

FOOT = (
    "截至 2020-07-01",
    "第 183 次认定运行（06:00 完成）",
    "快照 9f3ac21e",
    "政策版本 2020.1",
    "查看口径：伊山镇民政经办",
)


def frame(*, here: str, user: str, text_size: str, density: str) -> Frame:
    """Return the frame with the page `here` (a path or a section number) marked as current."""
    work = (
        ("工作台", "/parts/desk/", 17), ("台账：户、人、村", "/parts/list/", None),
        ("导入与疑点", "/parts/review/", 218), ("认定运行与差异", "/parts/diff/", None),
        ("政策条款与参数", "/parts/clause/", None), ("走访与结对", "/parts/form/", None),
    )  # fmt: skip
    phone = (
        ("待办", "/parts/desk/", 4), ("找户", "/parts/list/", None),
        ("走访", "/parts/form/", None), ("我的", "/parts/", None),
    )  # fmt: skip
    urls = dict.fromkeys(contents.SECTIONS, "/parts/clause/") | {"2.1": "/parts/overview/"}
    waiting = {"2.1": 6, "2.4": 9, "3.4": 2}
    return Frame(
        nav=(
            NavGroup("", tuple(NavItem(a, b, n, here == b) for a, b, n in work)),
            *contents.document_groups(urls=urls, waiting=waiting, here=here),
            NavGroup("系统", (NavItem("用户、参数、作业", "/parts/", None, here == "/parts/"),)),
        ),
        dock=tuple(NavItem(a, b, n, here == b) for a, b, n in phone),
        user=user,
        user_url="/parts/",
        search_url="/parts/list/",
        foot=FOOT,
        text_size=text_size,
        density=density,
    )
