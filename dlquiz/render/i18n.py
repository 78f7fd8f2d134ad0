"""The phrases of study in one language, looked up by name and filled in."""

from __future__ import annotations

from dlquiz.cards import Language


class Phrases:
    """`say("level", level=2)` gives "level 2"; only the module of that language is imported."""

    def __init__(self, language: Language) -> None:
        if language == "zh":
            from dlquiz.render.zh import PHRASES
        else:
            from dlquiz.render.en import PHRASES
        self.language = language
        self._phrases = PHRASES

    def __call__(self, name: str, **facts: object) -> str:
        return self._phrases[name].format(**facts)

    def days(self, days: int) -> str:
        """An interval as people say it.

        >>> [Phrases("en").days(days) for days in (1, 59, 90, 800)]
        ['1 d', '59 d', '3 mo', '2.2 y']
        """
        if days < 60:
            return self("days", days=days)
        if days < 720:
            return self("months", months=f"{days / 30.4:.0f}")
        return self("years", years=f"{days / 365.25:.1f}".removesuffix(".0"))
