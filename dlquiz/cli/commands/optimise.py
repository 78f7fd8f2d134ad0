"""`dlquiz optimise`: the weights of FSRS fitted to one's own reviews, used when they predict later reviews better."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.context import back_up, open_history
from dlquiz.cli.line_breaks import say
from dlquiz.cli.options import AsJson
from dlquiz.cli.translation import said
from dlquiz.errors import DlquizError, UsageError
from dlquiz.formatting import count

if TYPE_CHECKING:
    from dlquiz.review_log import History
    from dlquiz.scheduler.optimise import FittedWeights, ScoredReview

app = new_app()


@app.command()
def optimise(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what a fit would bring; change nothing.")] = False,
    revert: Annotated[bool, typer.Option("--revert", help="Go back to the default weights.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fit the 21 weights of FSRS to your own reviews, when that pays.

    It needs 1,500 reviews that came a day or more after the one before. The fit is judged on reviews that it has not
    seen: the log is cut into five parts by time, and each part is predicted from the parts before it. The weights are
    used only when they predict better than the defaults. Due dates stay; memories and later intervals are computed
    with the new weights, on every computer that shares the log.

    \b
    Examples:
      dlquiz optimise --dry-run
      dlquiz optimise
      dlquiz optimise --revert
    """
    if dry_run and revert:
        raise UsageError("--dry-run and --revert exclude each other", fix="give one of them")
    with open_history(settings.read()) as history:
        report = _revert(history) if revert else _optimise(history, dry_run)
    if as_json:
        import json

        typer.echo(json.dumps(report.to_json(), indent=2))
        return
    for line in report.lines(dry_run):
        say(line)


@dataclass(frozen=True)
class OptimiseReport:
    """What was found. `since` compares the weights in use with the defaults on the reviews made since they were fitted;
    losses are in nats a review."""

    reviews: int
    needed: int
    used: bool
    fit: FittedWeights | None = None
    since: LaterReviews | None = None
    reverted: bool = False

    def to_json(self) -> dict[str, object]:
        return {
            "reviews": self.reviews,
            "needed": self.needed,
            "used": self.used,
            "reverted": self.reverted,
            "fit": None if self.fit is None else self.fit._asdict(),
            "since": None if self.since is None else self.since._asdict(),
        }

    def lines(self, dry_run: bool) -> Iterable[str]:
        """What was found, in the person's language."""
        if self.reverted:
            yield said("The default weights of FSRS are in use again; all memories were computed again.")
            return
        if self.since is not None:
            later = count(self.since.reviews, "review")
            yield said(f"Since your weights were fitted: {later}, {_compared(*self.since[1:])}.")
        if self.fit is None:
            yield said(
                f"{self.reviews:,} of the {self.needed:,} reviews that a fit needs, each a day or more after the last."
                " The defaults stay in use."
            )
            return
        compared = _compared(self.fit.log_loss, self.fit.log_loss_default)
        yield said(f"{count(self.reviews, 'review')}. Predicting later ones from earlier ones: {compared}.")
        yield from self._outcome(dry_run)

    def _outcome(self, dry_run: bool) -> Iterable[str]:
        if self.used:
            yield said("Your weights are in use from now on; dates that are set stay.")
            yield said("Go back with dlquiz optimise --revert.")
        elif self.fit is not None and not self.fit.is_better:
            yield said("That is not more than chance: the defaults stay in use.")
        elif dry_run:
            yield said("Nothing was changed; dlquiz optimise uses them.")


class LaterReviews(NamedTuple):
    """How weights and defaults predicted the reviews made after a fit."""

    reviews: int
    log_loss: float
    log_loss_default: float


def _compared(own: float, default: float) -> str:
    share = 100 * (1 - own / default)
    how = f"{share:.1f} % better" if share >= 0 else f"{-share:.1f} % worse"
    return f"log loss {own:.4f} with your weights, {default:.4f} with the defaults ({how})"


def _revert(history: History) -> OptimiseReport:
    from dlquiz.scheduler import DEFAULT_WEIGHTS
    from dlquiz.scheduler.optimise import MIN_SCORED

    if history.model.weights == DEFAULT_WEIGHTS:
        raise DlquizError(
            "the default weights are in use already", fix="dlquiz optimise --dry-run shows what a fit brings"
        )
    back_up(history)
    history.record_weights({"weights": list(DEFAULT_WEIGHTS)})
    return OptimiseReport(len(_reviews(history)), MIN_SCORED, used=False, reverted=True)


def _optimise(history: History, dry_run: bool) -> OptimiseReport:
    from dlquiz.scheduler.optimise import MIN_SCORED, fit

    reviews = _reviews(history)
    since = _since_fit(history, reviews)
    if len(reviews) < MIN_SCORED:
        return OptimiseReport(len(reviews), MIN_SCORED, used=False, since=since)
    found = fit(reviews)
    used = found.is_better and not dry_run
    if used:
        back_up(history)
        history.record_weights(found.to_row())
    return OptimiseReport(len(reviews), MIN_SCORED, used, found, since)


def _reviews(history: History) -> list[ScoredReview]:
    from dlquiz.scheduler.optimise import DayRating, scored_reviews

    of_card: defaultdict[str, list[DayRating]] = defaultdict(list)
    for answer in history.answers():
        of_card[answer.card].append(DayRating(answer.day, answer.rating))
    return scored_reviews(list(of_card.values()))


def _since_fit(history: History, reviews: Sequence[ScoredReview]) -> LaterReviews | None:
    """How the weights in use did on the reviews of later days than that of their fit; None without such reviews."""
    from dlquiz.scheduler import DEFAULT_WEIGHTS, day_of
    from dlquiz.scheduler.optimise import log_loss

    row = history.weights()
    if row is None or row.weights == DEFAULT_WEIGHTS:
        return None
    later = [review for review in reviews if review.day > day_of(row.at, row.offset)]
    return LaterReviews(len(later), log_loss(later, row.weights), log_loss(later, DEFAULT_WEIGHTS)) if later else None
