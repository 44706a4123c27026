#include "format/gguf_writer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/base_messages.h"
#include "base/test_folder.h"
#include "format/gguf.h"
#include "format/test_gguf.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

// An F32 vector [n] handed over in pieces of three bytes.
TensorToWrite in_small_pieces(std::string name, std::vector<float> weights) {
  const Shape shape{static_cast<int64_t>(weights.size())};
  return {std::move(name), dtype_of<F32>, shape, [weights](const ByteSink& sink) -> Status {
            auto bytes = std::span(reinterpret_cast<const uint8_t*>(weights.data()), weights.size() * 4);
            while (!bytes.empty()) {
              const size_t n = std::min<size_t>(3, bytes.size());
              TRY(sink(bytes.first(n)));
              bytes = bytes.subspan(n);
            }
            return ok();
          }};
}

TEST(GgufWriter, TakesTensorsInPieces) {
  const TestFolder folder;
  Metadata metadata;
  metadata.set_string("general.architecture", "llama");
  const TensorToWrite tensors[] = {in_small_pieces("a", {1, 2, 3}), in_small_pieces("b", {4})};
  ASSERT_TRUE(write_gguf(folder.path("m.gguf"), metadata, tensors));
  const auto model = open_gguf(folder.path("m.gguf"));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(reinterpret_cast<const float*>(model->find("a")->data)[2], 3.0f);
  EXPECT_EQ(reinterpret_cast<const float*>(model->find("b")->data)[0], 4.0f);
}

TEST(GgufWriter, AFailingProducerLeavesNothing) {
  const TestFolder folder;
  const TensorToWrite tensors[] = {in_small_pieces("a", {1, 2, 3}),
                                   {"b", dtype_of<F32>, {4}, [](const ByteSink&) -> Status {
                                      return fail(ErrorKind::kOutOfMemory, msg::kNotEnoughMemory, "b", 2, 1);
                                    }}};
  const Status status = write_gguf(folder.path("m.gguf"), {}, tensors);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kOutOfMemory);
  EXPECT_TRUE(folder.names().empty());
}

TEST(GgufWriter, NeverReplacesTheModelItReads) {
  const TestFolder folder;
  const std::string path = folder.write("m.gguf", small_gguf().bytes());
  const auto model = open_gguf(path);
  ASSERT_TRUE(model);
  const Status status = write_gguf(path, model->metadata, stored_tensors(*model), {.force = true, .source = &*model});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().exit_code(), 2);
  EXPECT_EQ(folder.read("m.gguf").size(), small_gguf().bytes().size());
}

TEST(GgufWriter, WritesNothingFromASourceThatShrank) {
  const TestFolder folder;
  const std::string path = folder.write("in.gguf", small_gguf().zeros(100000).bytes());
  const auto model = open_gguf(path);
  ASSERT_TRUE(model);
  std::filesystem::resize_file(path, 100);
  EXPECT_FALSE(model->check_files());
  const Status status =
      write_gguf(folder.path("out.gguf"), model->metadata, stored_tensors(*model), {.source = &*model});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kIo);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"in.gguf"});
}

}  // namespace
}  // namespace ondol
