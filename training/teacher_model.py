"""A larger reader that teaches the one that ships: all-mpnet-base-v2 with the same head."""

import torch
from reader_model import NEVER
from torch import nn
from torch.nn import functional
from transformers import MPNetConfig, MPNetModel

# MPNet's vocabulary is BERT's, after four markers of its own.
VOCABULARY_OFFSET = 4
_START, _PADDING, _END = 0, 1, 2
# BERT's markers, which are MPNet's own ones.
_BERT_PADDING, _BERT_START, _BERT_END = 0, 101, 102


class TeacherModel(nn.Module):
    """Reads the same tokens as `ReaderModel`, and scores them alike."""

    def __init__(self, config: MPNetConfig) -> None:
        super().__init__()
        self.bert = MPNetModel(config, add_pooling_layer=False)
        self.span = nn.Linear(config.hidden_size, 2)
        self.answered = nn.Linear(config.hidden_size, 1)

    def read(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores of each token as first and last of the answer, each (windows, tokens).

        MPNet knows no token types; the markers between question, title and text must do.
        """
        row, column = attention_mask.nonzero(as_tuple=True)
        embeddings = self.bert.embeddings
        x = embeddings.LayerNorm(
            embeddings.word_embeddings(teachers_ids(input_ids)[row, column])
            + embeddings.position_embeddings(column + embeddings.padding_idx + 1)
        )
        windows, tokens = input_ids.shape
        hidden_bias = self.bert.encoder.compute_position_bias(
            x.new_zeros(1, tokens, self.bert.config.hidden_size)
        )
        hidden = attention_mask.bool().logical_not()[:, None, None, :]
        heads = self.bert.config.num_attention_heads
        for layer in self.bert.encoder.layer:
            attention = layer.attention.attn
            parts = (attention.q, attention.k, attention.v)
            together = functional.linear(
                x, torch.cat([p.weight for p in parts]), torch.cat([p.bias for p in parts])
            )
            padded = together.new_zeros(windows, tokens, together.shape[1])
            padded[row, column] = together
            query, key, value = (
                padded.view(windows, tokens, 3, heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
            )
            near = (query / query.shape[-1] ** 0.5) @ key.transpose(-1, -2) + hidden_bias
            mixed = near.masked_fill(hidden, NEVER).softmax(-1).to(value.dtype) @ value
            mixed = mixed.transpose(1, 2).reshape(windows, tokens, -1)[row, column]
            x = layer.attention.LayerNorm(attention.o(mixed) + x)
            wide = functional.gelu(layer.intermediate.dense(x))
            x = layer.output.LayerNorm(layer.output.dense(wide) + x)
        read = x.new_zeros(windows, tokens, x.shape[1])
        read[row, column] = x
        with torch.autocast(read.device.type, enabled=False):
            both = self.span(read.float()) + self.answered(read[:, :1].float()) / 2
        return both[..., 0], both[..., 1]


def teachers_ids(ids: torch.Tensor) -> torch.Tensor:
    """The numbers that MPNet's vocabulary has for BERT's tokens."""
    result = ids + VOCABULARY_OFFSET
    for theirs, ours in ((_BERT_PADDING, _PADDING), (_BERT_START, _START), (_BERT_END, _END)):
        result = result.masked_fill(ids == theirs, ours)
    return result
