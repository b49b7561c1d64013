"""The language model loads while the page is open already."""

import logging
import threading
from collections.abc import Callable

from index import ArticleQAError

_log = logging.getLogger("qa.chat")


class Loading:
    """Runs `load` once in a thread of its own.

    Args:
        load: what takes long, such as `ArticleIndex.warm_up`.
    """

    def __init__(self, load: Callable[[], None]) -> None:
        self._load = load
        self._done = threading.Event()
        self.problem: str | None = None
        threading.Thread(target=self._run, name="load the language model", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not; `problem` says which."""
        return self._done.is_set()

    def wait(self) -> None:
        """Return when it has ended."""
        self._done.wait()

    def _run(self) -> None:
        try:
            self._load()
        except (ArticleQAError, ImportError, OSError) as error:
            _log.exception("The language model cannot be loaded.")
            self.problem = f"The language model cannot be loaded: {error}"
        finally:
            self._done.set()
