"""Does with the official client for Python what lines of JSON on standard input ask for."""

import asyncio
import json
import sys

from openai import APIError, AsyncOpenAI

base_url, api_key = sys.argv[1:]
client = AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=0)


def options(ask):
    return {
        "api_key": ask.get("apiKey", api_key),
        "max_retries": ask.get("maxRetries", 0),
        **({"timeout": ask["timeoutMs"] / 1000} if "timeoutMs" in ask else {}),
    }


def completions(ask):
    return client.with_options(**options(ask)).chat.completions


async def chat(ask):
    raw = await completions(ask).with_raw_response.create(
        **ask["params"], extra_headers=ask["headers"]
    )
    answer = raw.parse()
    return {
        "answer": answer.model_dump(),
        "requestId": answer._request_id,
        "routedTo": raw.headers.get("x-embedllm-model"),
    }


async def stream(ask):
    pieces = []
    async with completions(ask).stream(
        **ask["params"], stream_options={"include_usage": True}, extra_headers=ask["headers"]
    ) as events:
        async for event in events:
            if event.type == "content.delta":
                pieces.append(event.delta)
        answer = await events.get_final_completion()
    return {"answer": answer.model_dump(), "pieces": pieces}


async def models(_):
    return [model.id async for model in client.models.list()]


async def model(ask):
    return (await client.models.retrieve(ask["model"])).id


async def embed(ask):
    answer = await client.embeddings.create(model="embedder", input=ask["texts"])
    return [one.embedding for one in answer.data]


async def complete(ask):
    answer = await client.completions.create(model="generalist", prompt=ask["prompt"])
    return answer.choices[0].text


DOES = {one.__name__: one for one in (chat, stream, models, model, embed, complete)}


async def answer(ask):
    try:
        said = {"value": await DOES[ask["what"]](ask)}
    except (Exception, asyncio.CancelledError) as error:
        said = {
            "error": {
                "name": type(error).__name__,
                "message": str(error),
                **({"code": error.code} if isinstance(error, APIError) else {}),
                **({"status": error.status_code} if hasattr(error, "status_code") else {}),
            }
        }
    print(json.dumps({"id": ask["id"], **said}), flush=True)


async def main():
    tasks = {}
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        ask = json.loads(line)
        if ask["what"] == "cancel":
            tasks[ask["id"]].cancel()
        else:
            tasks[ask["id"]] = asyncio.create_task(answer(ask))


asyncio.run(main())
