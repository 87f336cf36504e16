"""The warehouse: redacted calls in a DuckDB file with one writer and many readers, and the questions it answers.

`aws_import` is not imported here: it redacts, and importing the redactor takes longer than answering most questions.
"""

from pca_pipeline.warehouse.answers import Answer, ask
from pca_pipeline.warehouse.database import (
    PublishedReader,
    check_database,
    count_stored,
    open_database,
    open_readonly,
    rekey,
    second_connection,
)
from pca_pipeline.warehouse.erasure import Erased, erase
from pca_pipeline.warehouse.loader import Loaded, load
from pca_pipeline.warehouse.lookups import select
from pca_pipeline.warehouse.publication import ExportFormat, export, publish, publish_news
from pca_pipeline.warehouse.questions import Parameter, Question, find_question, list_questions, question_table
from pca_pipeline.warehouse.search import seek
from pca_pipeline.warehouse.staging import (
    Run,
    record_failure,
    record_run,
    settings_version,
    stage,
    stage_all,
    staged_calls,
)

__all__ = [
    "Answer",
    "Erased",
    "ExportFormat",
    "Loaded",
    "Parameter",
    "PublishedReader",
    "Question",
    "Run",
    "ask",
    "check_database",
    "count_stored",
    "erase",
    "export",
    "find_question",
    "list_questions",
    "load",
    "open_database",
    "open_readonly",
    "publish",
    "publish_news",
    "question_table",
    "record_failure",
    "record_run",
    "rekey",
    "second_connection",
    "seek",
    "select",
    "settings_version",
    "stage",
    "stage_all",
    "staged_calls",
]
