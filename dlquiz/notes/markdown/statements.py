"""Words that state something: how a sentence about a subject is told from the name of one."""

from __future__ import annotations

import re

# Chinese words up to a comma or the end of a sentence, or on both sides of `是`: `HashMap是基于表的实现`.
_CLAUSE = re.compile("[\u3400-\u9fff].{8,}[，。；]|.{4,}是.{6,}")
_PREDICATE = re.compile(
    r"\b(?:is|are|was|were|will|must|should|may|can|allows?|used)\b|[。；]\s*$|"
    "(?<=.{6})(?:是|可以|用于|通过|因为|所以|需要|能够|会)",
    re.IGNORECASE,
)


def is_clause(title: str) -> bool:
    """Whether Chinese words say something of a subject, though they hold a word that names topics, such as 原理.

    >>> is_clause("HashMap是基于表的实现方式"), is_clause("HashMap的实现原理")
    (True, False)
    """
    return _CLAUSE.search(title) is not None


def has_predicate(words: str) -> bool:
    """Whether words in a list hold a verb as statements have it, or end as Chinese sentences do; questions have such
    verbs as well.

    >>> has_predicate("A queue is first in, first out"), has_predicate("Queues and stacks")
    (True, False)
    """
    return _PREDICATE.search(words) is not None
