"""The smallest double: notes that are written, listed and removed."""

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.api_double import ApiDouble
from rehearsal.doubles.refused_error import RefusedError
from rehearsal.doubles.request import Request


class NotesDouble(ApiDouble[dict[str, str]]):
    """`PUT`, `GET` and `DELETE` of `/notes/NAME`, and a `GET` of `/notes`."""

    def __init__(self) -> None:
        """Begin without notes."""
        super().__init__({})

    def answer(self, request: Request, state: dict[str, str]) -> Answer:
        """Do it."""
        name = "/".join(request.segments[1:])
        if not name:
            return Answer.of_json([*state])
        if request.method == "PUT":
            state[name] = request.body.decode()
        elif name not in state:
            raise RefusedError(self.failure(404, "no such note"))
        if request.method == "DELETE":
            del state[name]
            return Answer(status=204)
        return Answer.of_json({"name": name, "text": state[name], **request.query})
