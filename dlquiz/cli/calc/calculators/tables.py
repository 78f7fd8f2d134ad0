"""Every command that names a calculator, by the panel of `dlquiz calc --help` that shows it."""

from __future__ import annotations

from dlquiz.cli.calc.calculators.costs_table import COST_COMMANDS
from dlquiz.cli.calc.calculators.methods_table import (
    EVALUATION_AND_LEARNING,
    LANGUAGE_MODELS,
    POST_TRAINING,
    VISION_AND_GENERATION,
)

PANELS = {
    "Costs of transformers, training and serving": COST_COMMANDS,
    "Language models": LANGUAGE_MODELS,
    "Post-training": POST_TRAINING,
    "Vision and generation": VISION_AND_GENERATION,
    "Evaluation, retrieval and classical learning": EVALUATION_AND_LEARNING,
}
CALCULATOR_COMMANDS = {name: row for rows in PANELS.values() for name, row in rows.items()}
