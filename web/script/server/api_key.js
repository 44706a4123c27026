// The server's key, where it wants one: kept for this tab only, and sent to this server only.
const kName = 'ondol.key';
let asking = null;
let askReader = async () => null;

export function apiKey() {
  return sessionStorage.getItem(kName);
}

// `ask(wasWrong)` resolves to the key that the reader typed, or null.
export function onKeyWanted(ask) {
  askReader = ask;
}

// The key to try after `refused` (null when none was sent) met a 401.
export async function askForKey(refused) {
  if (apiKey() !== refused) return apiKey();
  asking ??= askReader(refused !== null).finally(() => (asking = null));
  const key = await asking;
  if (key) sessionStorage.setItem(kName, key);
  return key;
}
