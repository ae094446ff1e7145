"""All states of one interaction, brought about for it alone: our steps, and the user's own handler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.contract.model import Interaction as Contract
from treaty.errors import StateFailed
from treaty.verify.document import Interaction
from treaty.verify.state_desk import ManualStates, SetsUp, check_needed, manual_state_without_handler


class StateSet:
    """The states of one interaction, in order.

    Args:
        interaction: names them.
        contract: has their parameters.
        ours: brings about states with steps.
        manual: the user's own handler, if any.

    """

    def __init__(
        self, interaction: Interaction, contract: Contract, *, ours: SetsUp, manual: ManualStates | None
    ) -> None:
        self._interaction: Final = interaction
        self._contract: Final = contract
        self._ours: Final = ours
        self._manual: Final = manual
        self._handled: Final[list[Mapping[str, JsonValue]]] = []
        self.calls = 0

    def set_up(self) -> Mapping[str, JsonValue]:
        """Bring them about and give all their values; of two with the same name the later one.

        Raises:
            StateFailed: when one fails, or a name that the request needs has no value.

        """
        values: dict[str, JsonValue] = {}
        for reference, state in zip(self._interaction.states, self._contract.states, strict=True):
            if reference.key is None:
                values.update(self._handle({"action": "setup", "params": state.params, "state": reference.name}))
            else:
                done = self._ours.set_up(reference.key, reference.name)
                self.calls += done.calls
                values.update(done.variables)
        check_needed(self._interaction, values)
        return values

    def tear_down(self) -> None:
        """Tell the handler of every manual state that was set up that it is no longer needed.

        Raises:
            StateFailed: when one of them fails; the others are told nevertheless.

        """
        failure: StateFailed | None = None
        for request in reversed(self._handled):
            try:
                if self._manual is not None:
                    self._manual.change({**request, "action": "teardown"})
            except StateFailed as fault:
                failure = failure or fault
        if failure is not None:
            raise failure

    def _handle(self, request: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        if self._manual is None:
            if not request["state"]:
                return {}
            raise manual_state_without_handler(str(request["state"]))
        values = self._manual.change(request)
        self._handled.append(request)
        return values
