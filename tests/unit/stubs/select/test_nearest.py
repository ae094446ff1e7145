"""What a missed request came near to."""

from __future__ import annotations

from tests.unit.stubs.examples import candidates, interaction, json_body, pact, received, regex
from treaty_stubs.select.candidate import gather_candidates
from treaty_stubs.select.nearest import MOST_DIFFERENCES, Neighbourhood

_ORDER = {"body": json_body({"user": 1, "items": [{"name": "x"}]}), "headers": {"Content-Type": ["application/json"]}}


def _names(neighbourhood: Neighbourhood, request: object) -> list[str]:
    return [neighbour.candidate.name for neighbour in neighbourhood.nearest(request)]  # type: ignore[arg-type]  # brevity


def test_the_nearest_by_all_parts_comes_first_with_every_difference() -> None:
    """Method, path, query, headers and body are weighed together."""
    neighbourhood = Neighbourhood(
        candidates(
            interaction("post order", method="POST", path="/orders", request=_ORDER),
            interaction("get order", path="/orders/1", request={"matchingRules": {"path": regex(r"/orders/\d+")}}),
            interaction("post user", method="POST", path="/users", request=_ORDER),
            interaction("list", path="/things/all/of/them"),
        )
    )
    neighbours = neighbourhood.nearest(received("POST", "/orders", body={"user": "1", "items": [{"name": "x"}]}))
    assert [neighbour.candidate.name for neighbour in neighbours] == ["post order", "post user", "get order"]
    assert [(each.location, each.wanted, each.got) for each in neighbours[0].mismatches] == [
        ("body.$.user", "1", '"1"')
    ]
    distances = [neighbour.distance for neighbour in neighbours]
    assert distances == sorted(distances)


def test_a_misspelt_path_finds_its_interaction() -> None:
    """One wrong segment is nearer than another endpoint of the same length."""
    neighbourhood = Neighbourhood(
        candidates(interaction("users", path="/api/users"), interaction("orders", path="/api/orders"))
    )
    assert _names(neighbourhood, received(target="/api/userz")) == ["users", "orders"]
    assert _names(neighbourhood, received(target="/api/order")) == ["orders", "users"]


def test_few_interactions_give_few_neighbours() -> None:
    assert _names(Neighbourhood(()), received()) == []
    assert _names(Neighbourhood(candidates(interaction("a"))), received("PUT")) == ["a"]


def test_asking_again_gives_the_same() -> None:
    """What is remembered of a path does not carry over to another request of that path."""
    neighbourhood = Neighbourhood(candidates(interaction("a", path="/a"), interaction("b", method="PUT", path="/a")))
    first = neighbourhood.nearest(received(target="/a?x=1"))
    second = neighbourhood.nearest(received(target="/a?y=1"))
    assert [each.location for each in first[0].mismatches] == ["query.x"]
    assert [each.location for each in second[0].mismatches] == ["query.y"]


def test_the_nearest_of_many_interactions_of_one_endpoint_is_found() -> None:
    """Wherever it stands in the default order."""
    posts = [
        interaction(f"p{number:03}", method="POST", path="/p", request={"body": json_body({"sku": number, "n": 1})})
        for number in range(300)
    ]
    neighbours = Neighbourhood(candidates(*posts)).nearest(received("POST", "/p", body={"sku": 217, "n": 2}))
    assert neighbours[0].candidate.name == "p217"
    assert [each.location for each in neighbours[0].mismatches] == ["body.$.n"]


def test_a_very_large_body_is_not_compared() -> None:
    """Its size is told as a difference, and the other parts are compared as ever."""
    neighbourhood = Neighbourhood(
        candidates(interaction("a", method="POST", path="/a", request={"body": json_body([1])}), interaction("b"))
    )
    neighbours = neighbourhood.nearest(received("POST", "/a?x=1", body=b"[" + b"1," * 600_000 + b"1]"))
    assert neighbours[0].candidate.name == "a"
    found = [(each.location, each.got) for each in neighbours[0].mismatches]
    assert [location for location, _ in found] == ["query.x", "body"]
    assert found[1][1] == "1,200,003 bytes, too many to compare"


def test_what_several_consumers_were_promised_alike_is_told_once() -> None:
    """Three neighbours are three different ones."""
    pacts = [
        pact(interaction("a", path="/a"), interaction("b", path="/b"), interaction("c", path="/c"), consumer=name)
        for name in ("one", "two", "three")
    ]
    neighbourhood = Neighbourhood(gather_candidates(pacts, provider="order"))
    assert sorted(_names(neighbourhood, received("PUT", "/a"))) == ["a", "b", "c"]


def test_a_body_that_is_too_large_to_compare_does_not_hide_the_right_endpoint() -> None:
    """Only sizes are told of it, so many interactions can be measured."""
    posts = [interaction(f"p{number}", method="POST", path="/p", request=_ORDER) for number in range(3)]
    neighbourhood = Neighbourhood(candidates(*posts, interaction("get", path="/p"), interaction("other", path="/q")))
    assert _names(neighbourhood, received("POST", "/p", body={"x": "y" * 3_000_000})) == ["p0", "p1", "p2"]


def test_what_is_left_out_of_a_hostile_body_counts_for_the_distance() -> None:
    """A request with nothing but unexpected members is further away than one with a single one."""
    wanted = {"a": 1}
    neighbourhood = Neighbourhood(
        candidates(interaction("a", method="POST", path="/a", request={"body": json_body(wanted)}))
    )
    (far,) = neighbourhood.nearest(received("POST", "/a", body={f"k{number}": 1 for number in range(1000)}))
    (near,) = neighbourhood.nearest(received("POST", "/a", body={**wanted, "k": 1}))
    assert len(far.mismatches) == MOST_DIFFERENCES + 1
    assert far.mismatches[-1].left == 1001 - MOST_DIFFERENCES
    assert far.distance > near.distance
