"""Statistics as a page that stands alone."""

from __future__ import annotations

from html import escape

from dlquiz.cards import Language
from dlquiz.figures import svg
from dlquiz.render.pages import page as pages
from dlquiz.render.plan_summary import day_name
from dlquiz.render.stats import Section, Sources, StatsPhrases, sections
from dlquiz.scheduler import date_of

# Columns of what is drawn in cells on the page.
COLUMNS = 76


def page(sources: Sources, language: Language) -> str:
    """The whole page; what the terminal draws in cells is SVG here, but for the calendar and the topics."""
    say = StatsPhrases(language)
    title = say("title", date=day_name(date_of(sources.report.today), language))
    shown = sections(sources, say) if sources.report.days else [Section(say("days"), (say("nothing"),))]
    parts = [f"<h1>{escape(title)}</h1>", *(part for section in shown for part in _section(section))]
    return pages.document(title, "\n".join(parts), language)


def _section(section: Section) -> list[str]:
    parts = [f"<h2>{escape(section.title)}</h2>", *(f"<p>{escape(sentence)}</p>" for sentence in section.sentences)]
    if section.table is not None:
        parts.append(f"<pre>{escape(chr(10).join(section.table(COLUMNS)))}</pre>")
    if section.figure is not None:
        parts.append(f"<figure>{pages.picture(svg(section.figure), section.figure.alternative)}</figure>")
    return parts
