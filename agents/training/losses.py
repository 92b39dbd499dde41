"""What a network is asked to get right: gold labels, the teachers' soft labels, and what words mean.

The student learns from a mixture (Hinton, Vinyals and Dean, 2015, "Distilling the knowledge in a neural
network"):

    gold + soft(commands) + REWORDED * soft(reworded),    soft = T^2 * KL(teachers at T || student at T)

with temperature `T = TEMPERATURE`; its square keeps the gradients of both alike whatever the temperature.
Gold and soft labels weigh the same: with half the weight on each, the terms of the vectors drowned both in
short runs. As in DistilBERT (Sanh et al., 2019) and TinyBERT (Jiao et al., 2020) the soft part is taken on
the task's own outputs, and as in TinyBERT it is taken, without the gold part, on copies whose words were
exchanged for near ones (`agents.training.rewording`), where nobody knows the right labels. What is said
about a mention has labels only inside mentions; there the soft part weighs each token by how sure the
teachers are that it is in one, so it needs no gold spans.
"""

from __future__ import annotations

from torch import Tensor, log_softmax, sigmoid, softmax, stack
from torch.nn import functional

from agents.student.labels import SENTENCE_SLICES, TOKEN_SLICES
from agents.training.dataset import ATTRIBUTES, IGNORED, Batch

TEMPERATURE = 2.0
REWORDED = 0.5
SMOOTHING = 0.03
# What each term weighs: spans decide most of a command, and six other terms must not drown the vectors.
WEIGHTS = {
    "bio": 1.5,
    "quadrant": 1.0,
    "op": 0.5,
    "horizon": 0.3,
    "retracted": 0.3,
    "joined": 0.3,
    "acts": 1.0,
    "act": 0.7,
    "clarity": 0.5,
    "spans": 1.0,
    "texts": 3.0,
}
Terms = dict[str, Tensor]
# Logits of the tokens `[batch, length, K]` and of the sentence `[batch, S]`.
Logits = tuple[Tensor, Tensor]


def weighed(terms: Terms) -> Tensor:
    """Return the sum of the terms, each with its weight."""
    return stack([WEIGHTS[name] * value for name, value in terms.items()]).sum()


def gold(logits: Logits, batch: Batch) -> Terms:
    """Return the loss against the corpus' own labels.

    What is said about a mention is read from the mean of its tokens' logits, as in `agents.student.decode`:
    the tokens need not each know it.
    """
    tokens, sentence = logits[0].float(), logits[1].float()
    terms = {
        "bio": _entropy(tokens[..., TOKEN_SLICES["bio"]].flatten(0, 1), batch.bio.flatten()),
        "acts": functional.binary_cross_entropy_with_logits(sentence[:, SENTENCE_SLICES["acts"]], batch.acts),
        "act": _entropy(sentence[:, SENTENCE_SLICES["act"]], batch.act),
        "clarity": _entropy(sentence[:, SENTENCE_SLICES["clarity"]], batch.clarity),
    }
    mentions = batch.pool @ tokens.flatten(0, 1)
    for column, name in enumerate(ATTRIBUTES):
        wanted = batch.attributes[:, column]
        if (wanted != IGNORED).any():
            terms[name] = _entropy(mentions[:, TOKEN_SLICES[name]], wanted)
    return terms


def _entropy(logits: Tensor, wanted: Tensor) -> Tensor:
    return functional.cross_entropy(logits, wanted, ignore_index=IGNORED, label_smoothing=SMOOTHING)


def soft(logits: Logits, taught: Logits, mask: Tensor) -> Terms:
    """Return the loss against the teachers' logits `taught`, for labelled commands and others alike."""
    tokens, sentence = logits[0].float(), logits[1].float()
    words = _words(mask)
    in_mention = 1 - softmax(taught[0][..., TOKEN_SLICES["bio"]], dim=-1)[..., 0]
    terms = {}
    for name, columns in TOKEN_SLICES.items():
        weight = words if name == "bio" else words * in_mention
        apart = _divergence(tokens[..., columns], taught[0][..., columns])
        terms[name] = (apart * weight).sum() / weight.sum().clamp_min(1)
    for name in ("act", "clarity"):
        columns = SENTENCE_SLICES[name]
        terms[name] = _divergence(sentence[:, columns], taught[1][:, columns]).mean()
    columns = SENTENCE_SLICES["acts"]
    terms["acts"] = functional.binary_cross_entropy_with_logits(
        sentence[:, columns], sigmoid(taught[1][:, columns])
    )
    return terms


def _divergence(logits: Tensor, taught: Tensor) -> Tensor:
    """Return `T^2 * KL(taught || logits)`, both at the temperature, over the last axis."""
    wanted = log_softmax(taught.float() / TEMPERATURE, dim=-1)
    got = log_softmax(logits / TEMPERATURE, dim=-1)
    return functional.kl_div(got, wanted, reduction="none", log_target=True).sum(-1) * TEMPERATURE**2


def _words(mask: Tensor) -> Tensor:
    """Return 1.0 for the tokens between the marks at both ends, else 0.0."""
    inside = mask[:, 1:-1] * mask[:, 2:]
    return functional.pad(inside, (1, 1)).float()


def meaning(vectors: Tensor, pool: Tensor, wanted: Tensor) -> Tensor:
    """Return one less the cosine between the mean of each pooled span's vectors and its wanted vector.

    Parameters
    ----------
    vectors
        `[batch, length, 64]`.
    pool
        `[n, batch * length]`, the share of each token in each of `n` spans.
    wanted
        `[n, 64]`.
    """
    return (1 - functional.cosine_similarity(pool @ vectors.float().flatten(0, 1), wanted)).mean()
