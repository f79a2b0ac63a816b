"""The openai library for Python against a running embed-service with its bundled model."""
import math
import os
import sys

import openai

BASE, KEY = os.environ["OPENAI_BASE_URL"], os.environ["OPENAI_API_KEY"]
MODEL = "bge-small-en-v1.5"
client = openai.OpenAI(base_url=BASE, api_key=KEY, max_retries=0)


def embed(texts, by=client, model=MODEL, **more):
    return by.embeddings.create(model=model, input=texts, **more)


def raised(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"nothing raised, {kind.__name__} expected")


def one():
    answer = embed("The queen is in the hive.")
    vector = answer.data[0].embedding
    assert len(vector) == 384 and math.isclose(math.hypot(*vector), 1, abs_tol=1e-4)
    assert answer.model == MODEL and answer.usage.prompt_tokens == answer.usage.total_tokens > 6


def both_encodings():
    texts = [f"Hive number {n} is well." for n in range(40)]
    base64, numbers = embed(texts), embed(texts, encoding_format="float")
    assert [e.index for e in base64.data] == list(range(40))
    for a, b in zip(base64.data, numbers.data):
        assert max(abs(x - y) for x, y in zip(a.embedding, b.embedding)) < 1e-6


def meaning():
    bee, queen, tax = (e.embedding for e in embed(
        ["Bees make honey.", "A queen leads the hive.", "Taxes are due in May."]).data)
    near, far = (sum(x * y for x, y in zip(bee, other)) for other in (queen, tax))
    assert near > far, (near, far)


def tokens():
    assert len(embed([[3035, 2003], [3035]]).data) == 2


def cut():
    item = embed("bee " * 2_000).data[0]
    assert item.truncated is True and item.tokens_dropped > 1_000, item.tokens_dropped


def models():
    assert [m.id for m in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).max_tokens == 512
    raised(openai.NotFoundError, lambda: client.models.retrieve("intfloat/e5-small"))


def unknown_model():
    error = raised(openai.NotFoundError, lambda: embed("x", model="text-embedding-3-small"))
    assert error.code == "model_not_found" and MODEL in error.message


def bad_request():
    error = raised(openai.BadRequestError, lambda: embed("x", dimensions=17))
    assert error.param == "dimensions"
    assert raised(openai.BadRequestError, lambda: embed([])).param == "input"


def unknown_key():
    error = raised(openai.AuthenticationError, lambda: embed("x", client.with_options(api_key="rk_no")))
    assert error.code == "invalid_api_key"


def rate_limit():
    limited = client.with_options(api_key=os.environ["LIMITED_API_KEY"])
    error = raised(openai.RateLimitError, lambda: [embed("x", limited) for _ in range(3)])
    assert int(error.response.headers["retry-after"]) >= 1 and error.code == "rate_limit_exceeded"


for check in (one, both_encodings, meaning, tokens, cut, models, unknown_model, bad_request, unknown_key, rate_limit):
    check()
    print("ok", check.__name__)
print("openai", openai.__version__, "Python", sys.version.split()[0])
