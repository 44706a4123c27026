// What is sent for an answer below a message: OpenAI's request body and the endpoint that takes it.
import { messagesUpTo } from './conversation.js';

// The sampling settings of the page, by their name in a request; one that is not set is not sent.
export const kSampling = [
  { name: 'temperature', least: 0, most: 2, step: 0.05 },
  { name: 'top_p', least: 0.01, most: 1, step: 0.01 },
  { name: 'top_k', least: 0, most: 1000, step: 1 },
  { name: 'min_p', least: 0, most: 1, step: 0.01 },
  { name: 'max_tokens', least: 1, most: 1000000, step: 1 },
  { name: 'seed', least: 0, most: 4294967295, step: 1 },
];

// A model without a chat template does not chat: it goes on writing.
export function question(conversation, node, model, hasTemplate) {
  // an answer that was stopped before its first word says nothing
  const messages = messagesUpTo(conversation, node).filter((message) => message.text !== '');
  const settings = { ...conversation.sampling, ...(model && { model }) };
  if (!hasTemplate) {
    const prompt = [conversation.system, ...messages.map((message) => message.text)].filter(Boolean).join('');
    return { path: '/v1/completions', body: { ...settings, prompt } };
  }
  const sent = messages.map(({ role, text }) => ({ role, content: text }));
  if (conversation.system) sent.unshift({ role: 'system', content: conversation.system });
  return { path: '/v1/chat/completions', body: { ...settings, messages: sent } };
}
