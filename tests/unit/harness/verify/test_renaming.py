from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from treaty.verify.locations import Location
from treaty.verify.renaming import names_of, rename_json, rename_step, rename_text
from treaty.verify.setup_steps import AwaitStep, CallStep, StepBody, StepRequest
from treaty.verify.variables import names_in_text

NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.lists(
    st.one_of(st.sampled_from(["/x/", "$${a}", "$", "{}", "é"]), NAMES.map(lambda name: f"${{{name}}}"))
).map("".join)


def step(path: str, body: str = "") -> CallStep:
    content = StepBody(media_type="text/plain", encoded="", content={"k ${b}": [body, 1, None]})
    request = StepRequest(method="POST", path=path, query={"q": ("${a}",)}, headers={"H": ("x",)}, body=content)
    return CallStep(description="d ${a}", request=request, status=201, bind={})


@given(text=TEXTS)
def test_names_can_be_changed_and_changed_back(text: str) -> None:
    """Literals are never taken for names."""
    there = {"a": "1.x", "b": "2.x", "c": "3.x"}
    back = {other: name for name, other in there.items()}
    assert rename_text(rename_text(text, there), back) == text
    assert list(names_in_text(rename_text(text, there))) == [there[name] for name in names_in_text(text)]


def test_a_literal_and_an_unknown_name_stay() -> None:
    assert rename_text("$${a} ${a} ${z}", {"a": "new"}) == "$${a} ${new} ${z}"


def test_keys_and_values_of_json_are_renamed() -> None:
    """Numbers and the like stay."""
    assert rename_json({"${a}": ["${a}", 1, True, None]}, {"a": "b"}) == {"${b}": ["${b}", 1, True, None]}


def test_all_parts_of_a_step_are_renamed_but_its_description() -> None:
    """People read the description as it was written."""
    renamed = rename_step(step("/${a}", "${c}"), {"a": "1", "b": "2", "c": "3"})
    assert names_of(renamed) == ("1", "2", "3")
    assert renamed.description == "d ${a}"


def test_what_is_awaited_has_names_too() -> None:
    awaited = AwaitStep(
        description="",
        request=step("/").request,
        status=200,
        until=(("status", Location(part="status"), "${d}"),),
        seconds=1,
        bind={},
    )
    assert names_of(awaited)[-1] == "d"
    assert names_of(rename_step(awaited, {"d": "e"}))[-1] == "e"


def test_a_base64_body_is_left_alone() -> None:
    """Its letters are no text."""
    body = StepBody(media_type="", encoded="base64", content="${a}")
    request = StepRequest(method="POST", path="/", query={}, headers={}, body=body)
    renamed = rename_step(CallStep(description="", request=request, status=200, bind={}), {"a": "b"})
    assert renamed.request.body == body
