// Requests to the API of this page, with the session's cookie and token.

let csrfToken = "";
let onSignedOut = () => {};

/** What an API's failure says; `status` is 0 when there was no answer. */
export class ApiError extends Error {
  constructor(status, message, code = "", retryAfter = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export function useToken(token) {
  csrfToken = token;
}

/** Calls the listener when the API says that nobody is signed in any more. */
export function whenSignedOut(listener) {
  onSignedOut = listener;
}

/**
 * Sends a request and answers the response, or throws an {@link ApiError}. `body` goes as JSON,
 * `raw` (a Blob) as it is.
 */
export async function send(method, path, { body, raw, signal, quiet } = {}) {
  const headers = {};
  if (body !== undefined) {
    headers["content-type"] = "application/json";
  } else if (raw) {
    headers["content-type"] = raw.type || "application/octet-stream";
  }
  if (method !== "GET" && csrfToken) {
    headers["x-csrf-token"] = csrfToken;
  }
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? raw : JSON.stringify(body),
      signal,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (failure) {
    if (failure.name === "AbortError") {
      throw failure;
    }
    throw new ApiError(0, "");
  }
  if (response.ok) {
    return response;
  }
  const error = await told(response);
  if (response.status === 401 && !quiet) {
    onSignedOut(error);
  }
  throw error;
}

/** Problem JSON or OpenAI's error object; another body is told by its status alone. */
async function told(response) {
  const retryAfter = Number(response.headers.get("retry-after")) || 0;
  try {
    const body = await response.json();
    const message = body.error?.message ?? body.detail ?? "";
    return new ApiError(response.status, message, body.error?.code ?? body.code, retryAfter);
  } catch {
    return new ApiError(response.status, "", "", retryAfter);
  }
}

export async function get(path, options) {
  return (await send("GET", path, options)).json();
}

export async function post(path, body, options) {
  return (await send("POST", path, { body, ...options })).json();
}
