// Bad input gets one clear line and nothing is lost.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <random>

#include "models.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ONDOL_SANITIZED 1
#else
#define ONDOL_SANITIZED 0
#endif

namespace ondol::e2e {
namespace {

// The run ended with this code, by itself, with one line on standard error and nothing on standard output.
void expect_one_line(const Outcome& outcome, int exit_code, const std::string& part = "") {
  EXPECT_EQ(outcome.signal, 0);
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
  EXPECT_EQ(count_lines(outcome.err), 1) << outcome.err;
  EXPECT_TRUE(outcome.err.starts_with("ondol: ")) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err << " should say " << part;
}

TEST(Usage, UnknownWordsGetAHint) {
  expect_one_line(run_ondol({"rum"}), 2, "did you mean run?");
  expect_one_line(run_ondol({"--frobnicate"}), 2, "ondol --help");
  expect_one_line(run_ondol({"run", kModel, "--tempp", "1"}), 2, "did you mean --temp?");
  expect_one_line(run_ondol({"show"}), 2, "MODEL");
  expect_one_line(run_ondol({"show", kModel, "more"}), 2, "more");
  expect_one_line(run_ondol({"run", kModel, "--lang", "fr"}), 2, "fr");
}

TEST(Usage, AnUnknownKernelTableIsNamed) {
  setenv("ONDOL_ISA", "mmx", 1);
  const Outcome outcome = run_ondol({"show", kModel});
  unsetenv("ONDOL_ISA");
  expect_one_line(outcome, 2, "mmx");
}

TEST(Usage, ValuesOutOfRangeAreNamed) {
  expect_one_line(run_ondol({"run", kModel, "x", "--temp"}), 2, "--temp");
  expect_one_line(run_ondol({"run", kModel, "x", "--temp", "warm"}), 2, "warm");
  expect_one_line(run_ondol({"run", kModel, "x", "--temp", "-1"}), 2, "--temp");
  expect_one_line(run_ondol({"run", kModel, "x", "--temp", "nan"}), 2, "--temp");
  expect_one_line(run_ondol({"run", kModel, "x", "--top-p", "0"}), 2, "--top-p");
  expect_one_line(run_ondol({"run", kModel, "x", "-n", "-5"}), 2, "--predict");
  expect_one_line(run_ondol({"run", kModel, "x", "-t", "-1"}), 2, "--threads");
  expect_one_line(run_ondol({"run", kModel, "x", "--kv-type", "q3"}), 2, "q3");
  expect_one_line(run_ondol({"run", kModel, "x", "--chat-template", "none"}), 2, "chatml");
  expect_one_line(run_ondol({"run", kModel, "x", "-f", "y"}), 2, "-f");
  expect_one_line(run_ondol({"run", kModel, "x", "--raw", "--system", "y"}), 2, "--system");
}

TEST(BadModel, WhatIsNoModelIsRefused) {
  const Folder folder;
  write_file(folder / "text.gguf", "this is a text");
  write_file(folder / "empty.gguf", "");
  for (const std::string& path : {folder / "absent.gguf", folder / "text.gguf", folder / "empty.gguf",
                                  std::string("/dev/null"), std::filesystem::temp_directory_path().string()}) {
    expect_one_line(run_ondol({"show", path}), 2, path);
    expect_one_line(run_ondol({"run", path, "x"}), 2, path);
    expect_one_line(run_ondol({"tokenize", path, "x"}), 2, path);
  }
}

TEST(BadModel, TruncatedAtAnyLengthIsRefused) {
  const Folder folder;
  const std::string whole = read_file(kModel);
  std::mt19937 random(1);
  for (int i = 0; i < 24; ++i) {
    const size_t length = i < 8 ? static_cast<size_t>(i) * 5 : random() % whole.size();
    write_file(folder / "cut.gguf", whole.substr(0, length));
    expect_one_line(run_ondol({"show", folder / "cut.gguf"}), 2, "cut.gguf");
    expect_one_line(run_ondol({"run", folder / "cut.gguf", "x", "-t", "1"}), 2, "cut.gguf");
  }
}

TEST(BadModel, CorruptedHeadersNeverEndInASignal) {
  const Folder folder;
  const std::string whole = read_file(kModel);
  std::mt19937 random(2);
  for (int i = 0; i < 40; ++i) {
    std::string bytes = whole;
    for (int n = 0; n < 4; ++n) bytes[random() % 4096] = static_cast<char>(random());
    write_file(folder / "bad.gguf", bytes);
    for (const std::vector<std::string>& args :
         {std::vector<std::string>{"show", folder / "bad.gguf"},
          std::vector<std::string>{"run", folder / "bad.gguf", "안녕", "-n", "4", "-t", "1"}}) {
      const Outcome outcome = run_ondol(args);
      EXPECT_TRUE(outcome.signal == 0 && (outcome.exit_code == 0 || outcome.exit_code == 2))
          << "case " << i << ": exit " << outcome.exit_code << ", signal " << outcome.signal << ": " << outcome.err;
      EXPECT_LE(count_lines(outcome.err), 1) << outcome.err;
    }
  }
}

// GGUF strings are a length of 8 bytes and the text.
std::string gguf_text(const std::string& text) {
  return std::string(1, static_cast<char>(text.size())) + std::string(7, '\0') + text;
}
std::string string_entry(const std::string& key, const std::string& value) {
  return gguf_text(key) + std::string("\x08\0\0\0", 4) + gguf_text(value);
}

TEST(BadModel, UnknownArchitectureAndTokenizerAreNamed) {
  const Folder folder;
  write_file(folder / "a.gguf", patched_model(string_entry("general.architecture", "llama"),
                                              string_entry("general.architecture", "zebra")));
  expect_one_line(run_ondol({"run", folder / "a.gguf", "x"}), 2, "zebra");
  write_file(folder / "t.gguf", patched_model(string_entry("tokenizer.ggml.model", "llama"),
                                              string_entry("tokenizer.ggml.model", "zebra")));
  expect_one_line(run_ondol({"run", folder / "t.gguf", "x"}), 2, "zebra");
  expect_one_line(run_ondol({"tokenize", folder / "t.gguf", "x"}), 2, "zebra");
  EXPECT_EQ(run_ondol({"show", folder / "t.gguf"}).exit_code, 0);  // the rest of the file can be looked at
}

TEST(BadModel, VocabularyAndEmbeddingThatDisagreeAreRefused) {
  const Folder folder;
  write_file(folder / "v.gguf",
             patched_model(u32_entry("llama.embedding_length", 256), u32_entry("llama.embedding_length", 128)));
  expect_one_line(run_ondol({"run", folder / "v.gguf", "x"}), 2, "v.gguf");
}

TEST(BadRequest, ContextAndTokensOutOfRange) {
  expect_one_line(run_ondol({"run", kModel, "x", "-c", "100000"}), 2, "100000");
  expect_one_line(run_ondol({"logits", kModel, "--tokens", "1,999999"}), 2, "999999");
  expect_one_line(run_ondol({"logits", kModel, "--tokens", "-1"}), 2, "-1");
  expect_one_line(run_ondol({"logits", kModel, "--tokens", "99999999999999999999"}), 2, "99999999999999999999");
  expect_one_line(run_ondol({"logits", kModel, "--tokens", ""}), 2);
  expect_one_line(run_ondol({"tokenize", kModel, "--decode", "1 x"}), 2, "x");
  expect_one_line(run_ondol({"tokenize", kModel, "--decode", "999999"}), 2, "999999");
}

TEST(BadRequest, APromptThatDoesNotFitSaysHowLongItIs) {
  std::string longer;
  for (int i = 0; i < 600; ++i) longer += "가나 ";
  for (const bool raw : {false, true}) {
    std::vector<std::string> args = {"run", kModel, longer, "-t", "1"};
    if (raw) args.push_back("--raw");
    expect_one_line(run_ondol(args), 2, "context");
  }
}

TEST(BadRequest, ComparingDifferentVocabulariesIsRefused) {
  const Folder folder;
  write_file(folder / "t.txt", "안녕하세요 반갑습니다");
  write_file(folder / "other.gguf", patched_model(gguf_text("<unk>"), gguf_text("<new>")));
  expect_one_line(run_ondol({"eval", kModel, folder / "t.txt", "--against", folder / "other.gguf", "-q"}), 2, "<new>");
}

TEST(Output, AnExistingFileIsKeptWithoutForce) {
  const Folder folder;
  write_file(folder / "out.gguf", "precious");
  expect_one_line(run_ondol({"import", kModel, "-o", folder / "out.gguf"}), 2, "--force");
  EXPECT_EQ(read_file(folder / "out.gguf"), "precious");
  EXPECT_EQ(run_ondol({"import", kModel, "-o", folder / "out.gguf", "--force"}).exit_code, 0);
  EXPECT_GT(read_file(folder / "out.gguf").size(), 1000u);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out.gguf"});
}

TEST(Output, TheInputIsNeverReplaced) {
  const Folder folder;
  const std::string bytes = read_file(kModel);
  write_file(folder / "m.gguf", bytes);
  std::filesystem::create_symlink(folder / "m.gguf", folder / "soft.gguf");
  std::filesystem::create_hard_link(folder / "m.gguf", folder / "hard.gguf");
  for (const char* name : {"m.gguf", "soft.gguf", "hard.gguf"}) {
    expect_one_line(run_ondol({"import", folder / "m.gguf", "-o", folder / name, "--force"}), 2, name);
  }
  EXPECT_EQ(read_file(folder / "m.gguf"), bytes);
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"hard.gguf", "m.gguf", "soft.gguf"}));
}

TEST(Output, AFullDiskLeavesNothingBehind) {
  const Folder folder;
  const Outcome outcome = run_ondol({"import", kModel, "-o", folder / "out.gguf", "-q"}, {.max_file_bytes = 1 << 20});
  expect_one_line(outcome, 1, "out.gguf");
  EXPECT_TRUE(folder.names().empty());
}

TEST(Output, AnAnswerThatCannotBeWrittenFails) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full here";
  expect_one_line(run_ondol({"show", kModel}, {.stdout_path = "/dev/full"}), 1, "standard output");
  expect_one_line(run_ondol({"run", kModel, "안녕", "-t", "1", "-q"}, {.stdout_path = "/dev/full"}), 1,
                  "standard output");
}

TEST(Output, CtrlCWhileWritingLeavesNothingBehind) {
  const Folder folder;
  const Outcome outcome =
      run_ondol({"import", kModel, "-o", folder / "out.gguf", "--type", "IQ4_XS", "-t", "1", "-q"},
                {.interrupt_when = [&] { return std::filesystem::exists(folder / "out.gguf.partial"); }});
  expect_one_line(outcome, 130, "interrupted");
  EXPECT_TRUE(folder.names().empty());
}

TEST(BadInput, TasksNameTheLineAndTheOption) {
  const Folder folder;
  write_file(folder / "q.jsonl", "{\"text\":\"a\",\"gold\":\"b\"}\n{\"text\":\"a\"}\n");
  write_file(folder / "t.tsv", "id\tdocument\tlabel\n1\ta\t0\n");
  expect_one_line(run_ondol({"eval", kModel, folder / "q.jsonl", "--task", "exact", "-q"}), 2,
                  "q.jsonl:2: no right answer");
  expect_one_line(run_ondol({"eval", kModel, folder / "q.jsonl", "--task", "json", "-q"}), 2,
                  "q.jsonl:1: the right answer is not JSON");
  expect_one_line(run_ondol({"eval", kModel, folder / "t.tsv", "--task", "choice", "-q"}), 2,
                  "its columns are id, document, label");
  expect_one_line(run_ondol({"eval", kModel, folder / "q.jsonl", "--task", "f1", "-q"}), 2, "--task f1");
  expect_one_line(run_ondol({"eval", kModel, folder / "q.jsonl", "--errors", folder / "x", "-q"}), 2,
                  "--errors says nothing");
}

TEST(Memory, TooLittleIsSaidInBytesBeforeAllocating) {
  if (ONDOL_SANITIZED) GTEST_SKIP() << "sanitizers need all the address space";
  const Folder folder;
  write_file(folder / "long.gguf",
             patched_model(u32_entry("llama.context_length", 512), u32_entry("llama.context_length", 4'000'000)));
  const Outcome outcome =
      run_ondol({"run", folder / "long.gguf", "x", "-c", "4000000", "-t", "1"}, {.max_memory_bytes = int64_t{1} << 30});
  expect_one_line(outcome, 1, "bytes");
}

}  // namespace
}  // namespace ondol::e2e
