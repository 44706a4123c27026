// What can go wrong between the page and its server, in kinds that the page has a kind word for.
//   unreachable  no answer at all            key      401: the server wants its key
//   busy         429, 503: try again later   context  the conversation is longer than the model's context
//   refused      another 4xx                 failed   another 5xx, or a stream that broke off
export class ServerError extends Error {
  constructor(kind, message = '', retryAfterSeconds = null) {
    super(message);
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static async fromResponse(response) {
    const body = await response.json().catch(() => null);
    return ServerError.fromBody(body?.error, response.status, Number(response.headers.get('retry-after')) || null);
  }

  // `error` is the object {message, type, param, code} of an error body, or null.
  static fromBody(error, status, retryAfterSeconds = null) {
    return new ServerError(kindOf(error, status), error?.message ?? '', retryAfterSeconds);
  }
}

function kindOf(error, status) {
  if (status === 401) return 'key';
  if (status === 429 || status === 503) return 'busy';
  if (error?.code === 'context_length_exceeded' || error?.type === 'exceed_context_size_error') return 'context';
  return status >= 400 && status < 500 ? 'refused' : 'failed';
}
