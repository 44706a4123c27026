// Times llama.cpp on a GGUF file the way `ondol bench` does, for the tables of docs/bench.md.
//   npm install node-llama-cpp && node tools/bench/llama_cpp.mjs MODEL.gguf [threads] [rounds]
// Prints one JSON object: median tokens per second of prefill 128, 512, 2048 and of 32 tokens after 0, 1024, 4096.
import {getLlama} from "node-llama-cpp";

const [path, threads = "2", rounds = "3"] = process.argv.slice(2);
const lengths = [128, 512, 2048];
const depths = [0, 1024, 4096];
const nDecode = 32;

const llama = await getLlama({gpu: false, build: "never", maxThreads: Number(threads), logLevel: "error"});
const model = await llama.loadModel({modelPath: path, useMmap: true});
const context = await model.createContext({contextSize: 4352, batchSize: 512, threads: Number(threads), flashAttention: true});
const sequence = context.getSequence();

let state = 1n;
function nextToken() {
  state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
  return 300 + Number((state >> 33n) % 20000n);
}
const tokens = Array.from({length: 4352}, nextToken);
const seconds = async (work) => {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
};
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function prefill(n) {
  await sequence.clearHistory();
  return n / await seconds(() => sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, n)));
}
async function decode(depth) {
  await sequence.clearHistory();
  if (depth > 0) await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, depth));
  const first = sequence.evaluate([tokens[depth]], {temperature: 0, yieldEogToken: true});
  await first.next();
  return nDecode / await seconds(async () => {
    for (let i = 0; i < nDecode; i++) await first.next();
  });
}

const all = {prefill: lengths.map(() => []), decode: depths.map(() => [])};
await prefill(128);
for (let round = 0; round < Number(rounds); round++) {
  for (const [i, n] of lengths.entries()) all.prefill[i].push(await prefill(n));
  for (const [i, depth] of depths.entries()) all.decode[i].push(await decode(depth));
}
console.log(JSON.stringify({
  model: path,
  threads: Number(threads),
  prefill: lengths.map((n, i) => ({n, tokens_per_s: median(all.prefill[i])})),
  decode: depths.map((depth, i) => ({depth, tokens_per_s: median(all.decode[i])})),
}));
process.exit(0);
