"""Makes the golden files of this folder with PyTorch (made with 1.13.1, Debian's python3-torch).

Run in this folder: python3 make-golden.py
"""

import collections
import json

import torch
from torch import nn

torch.manual_seed(7)
M, D, d, Q = 3, 4, 5, 6


class Published(nn.Module):
    """The tensors of the published model under their names, and what it computes without noise."""

    def __init__(self):
        super().__init__()
        self.P = nn.Embedding(M, d)
        self.text_proj = nn.Linear(D, d)
        self.classifier = nn.Linear(d, 2)

    def forward(self, model, x):
        return self.classifier(self.P(model) * self.text_proj(x))


def plain(tensor):
    return [float(value) for value in tensor.detach().float().contiguous().flatten()]


def tensors_of(model):
    return {name: plain(tensor) for name, tensor in model.state_dict().items()}


# A checkpoint as `torch.save(model.state_dict(), path)` writes it, and its scores.
model = Published()
x = torch.randn(Q, D)
with torch.no_grad():
    scores = torch.stack(
        [
            (lambda z: z[:, 1] - z[:, 0])(model(torch.full((Q,), m, dtype=torch.int64), x))
            for m in range(M)
        ],
        dim=1,
    )
torch.save(model.state_dict(), "state-dict.pth")

# Three full-batch steps of Adam, with a decay large enough to show.
pairs = [(q, m) for q in range(Q) for m in range(M) if (q + m) % 4 != 3]
labels = torch.tensor([(q * 3 + m * 5) % 7 % 2 for q, m in pairs])
before = tensors_of(model)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=0.1)
losses = []
for _ in range(3):
    optimizer.zero_grad()
    logits = model(torch.tensor([m for _, m in pairs]), x[[q for q, _ in pairs]])
    loss = nn.CrossEntropyLoss()(logits, labels)
    loss.backward()
    optimizer.step()
    losses.append(float(loss))
after = tensors_of(model)

# Tensors of other layouts and types.
base = torch.arange(12, dtype=torch.float32).reshape(3, 4) / 8
torch.save(base.t(), "transposed.pth")
torch.save(base[1:, 1:3], "slice.pth")
torch.save(base.half(), "half.pth")
torch.save(base.bfloat16(), "bfloat16.pth")
torch.save(base.double(), "double.pth")
torch.save(nn.Parameter(base), "parameter.pth")
torch.save(collections.OrderedDict(counts=torch.arange(5)), "integers.pth")
torch.save(base, "legacy.pth", _use_new_zipfile_serialization=False)

with open("golden.json", "w") as file:
    json.dump(
        {
            "sizes": {"M": M, "D": D, "d": d, "Q": Q},
            "x": plain(x),
            "scores": plain(scores),
            "pairs": [[q, m, int(label)] for (q, m), label in zip(pairs, labels)],
            "before": before,
            "after": after,
            "losses": losses,
        },
        file,
        separators=(",", ":"),
    )
    file.write("\n")
