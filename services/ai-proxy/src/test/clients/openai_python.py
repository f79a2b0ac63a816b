"""The openai library for Python against a running ai-proxy whose provider is the simulator."""
import json
import os
import sys
import time
import urllib.request

import openai
from pydantic import BaseModel

BASE, KEY = os.environ["OPENAI_BASE_URL"], os.environ["OPENAI_API_KEY"]
SIMULATOR = os.environ["SIMULATOR_URL"]
MODEL = "openai/gpt-oss-20b"
TOKEN = " ruche \u00e9\u20ac\U0001f41d"
HELLO = [{"role": "user", "content": "Hello"}]
TOOL = {"type": "function", "function": {"name": "weigh_hive", "parameters": {
    "type": "object", "properties": {"hive": {"type": "string"}, "combs": {"type": "integer"}}}}}

client = openai.OpenAI(base_url=BASE, api_key=KEY, max_retries=0)


class Hive(BaseModel):
    place: str
    combs: int
    flowers: list[str]


def simulator(method, path, body=None):
    request = urllib.request.Request(SIMULATOR + path, method=method, data=json.dumps(body).encode())
    return json.load(urllib.request.urlopen(request))


def say(by=client, model=MODEL, **more):
    return by.chat.completions.create(model=model, messages=HELLO, **more)


def raised(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"nothing raised, {kind.__name__} expected")


def await_cancelled(before):
    end = time.monotonic() + 5
    while simulator("GET", "/control/stats")["cancelled"] <= before:
        assert time.monotonic() < end, "the call to the provider goes on"
        time.sleep(0.02)


def cancelled():
    return simulator("GET", "/control/stats")["cancelled"]


def completion():
    answer = say()
    assert answer.choices[0].message.content == "Echo: Hello" and answer.usage.total_tokens == 19


def stream():
    chunks = say(model="sim:tokens=20,odd", stream=True)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == TOKEN * 20, text


def tool():
    call = say(tools=[TOOL]).choices[0].message.tool_calls[0].function
    assert call.name == "weigh_hive" and json.loads(call.arguments) == {"hive": "hive", "combs": 7}


def tool_in_a_stream():
    with client.chat.completions.stream(model=MODEL, messages=HELLO, tools=[TOOL]) as events:
        choice = events.get_final_completion().choices[0]
    assert choice.finish_reason == "tool_calls"
    assert json.loads(choice.message.tool_calls[0].function.arguments)["combs"] == 7


def structured_output():
    answer = client.chat.completions.parse(model=MODEL, messages=HELLO, response_format=Hive)
    assert answer.choices[0].message.parsed == Hive(place="place", combs=7, flowers=["flowers"])


def models():
    assert MODEL in [m.id for m in client.models.list()]
    assert client.models.retrieve(MODEL).id == MODEL


def unknown_key():
    error = raised(openai.AuthenticationError, lambda: say(client.with_options(api_key="rk_no")))
    assert error.code == "invalid_api_key", error.code


def rate_limit():
    limited = client.with_options(api_key=os.environ["LIMITED_API_KEY"])
    error = raised(openai.RateLimitError, lambda: [say(limited) for _ in range(3)])
    assert int(error.response.headers["retry-after"]) >= 1
    assert error.code == "rate_limit_exceeded", error.code


def bad_request():
    error = raised(openai.BadRequestError,
                   lambda: client.chat.completions.create(model=MODEL, messages=[]))
    assert error.param == "messages", error.param


def retries():
    simulator("POST", "/control/next", ["status=429,retry-after=0", "status=503"])
    say(client.with_options(max_retries=2))


def timeout():
    before = cancelled()
    raised(openai.APITimeoutError,
           lambda: say(client.with_options(timeout=0.5), model="sim:delay=60000"))
    await_cancelled(before)


def cancel_in_a_stream():
    before = cancelled()
    chunks = say(model="sim:tokens=100000,gap=20", stream=True)
    next(chunks)
    chunks.close()
    await_cancelled(before)


def broken_stream():
    error = raised(openai.APIError, lambda: list(say(model="sim:tokens=10,cut=4", stream=True)))
    assert error.code == "upstream_cut", error


def embeddings():
    answer = client.embeddings.create(model="embedder", input=["bees", "hives"])
    assert [e.embedding for e in answer.data] == [[0.25, -0.5, 1.0]] * 2, answer.data
    assert answer.usage.prompt_tokens == 8


def response():
    answer = client.responses.create(model=MODEL, input="Hello")
    assert answer.output_text == "Echo: Hello" and answer.usage.total_tokens == 19


def streamed_response():
    with client.responses.stream(model="sim:tokens=20", input="Hello") as events:
        text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
        assert text == " ruche" * 20 == events.get_final_response().output_text, text


def transcription():
    for size in (5_000, 5_000_000):
        sound = ("bees.wav", b"\r\n--sound" * (size // 9))
        # The library sends the fields before the file, whatever the order here.
        heard = client.audio.transcriptions.create(file=sound, model="whisper-large-v3-turbo")
        assert heard.text == " The bees are well."
    heard = client.audio.transcriptions.create(
        file=sound, model="whisper-large-v3-turbo", response_format="verbose_json")
    assert heard.duration == 3.27 and heard.segments[0].end == 3.27
    heard = client.audio.translations.create(
        file=sound, model="whisper-large-v3", response_format="text")
    assert heard == " The bees are well.\n", heard


def no_subtitles():
    error = raised(openai.BadRequestError, lambda: client.audio.transcriptions.create(
        file=("a.wav", b"x"), model="whisper-large-v3", response_format="vtt"))
    assert "response_format" in error.message


def speech():
    with client.audio.speech.with_streaming_response.create(
            model="sim:tokens=50,pad=1000", voice="troy", input="The bees are well.") as sound:
        assert len(b"".join(sound.iter_bytes())) == 50 * 1064


for check in (completion, stream, tool, tool_in_a_stream, structured_output, models, unknown_key,
              rate_limit, bad_request, retries, timeout, cancel_in_a_stream, broken_stream,
              embeddings, response, streamed_response, transcription, no_subtitles, speech):
    check()
    print("ok", check.__name__)
print("openai", openai.__version__, "Python", sys.version.split()[0])
