#include "format/gguf_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/base_messages.h"
#include "base/test_folder.h"
#include "format/gguf.h"
#include "format/test_gguf.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/q4_0.h"
#include "tensor/quant/q6_k.h"
#include "tensor/run_layout.h"

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

// A tensor whose bytes count up, handed over in pieces of 100 bytes.
TensorToWrite counting_tensor(std::string name, DType dtype, Shape shape) {
  return {std::move(name), dtype, shape, [dtype, shape](const ByteSink& sink) -> Status {
            std::vector<uint8_t> bytes(static_cast<size_t>(dtype.size_bytes(shape.n_elements())));
            for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 7 + i / 256);
            for (size_t at = 0; at < bytes.size(); at += 100) {
              TRY(sink(std::span(bytes).subspan(at, std::min<size_t>(100, bytes.size() - at))));
            }
            return ok();
          }};
}

std::vector<uint8_t> rows_of(const TensorView& view) {
  std::vector<uint8_t> bytes(static_cast<size_t>(view.dtype.size_bytes(view.shape.n_elements())));
  read_rows(view, 0, view.shape.n_rows(), bytes.data());
  return bytes;
}

TEST(GgufWriter, WritesMatricesInRunLayoutAndVectorsInFileLayout) {
  const TestFolder folder;
  const TensorToWrite tensors[] = {
      counting_tensor("vector", dtype_of<F32>, {5}), counting_tensor("matrix", dtype_of<Q4_0>, {37, 64}),
      counting_tensor("small", dtype_of<F32>, {3, 7}), counting_tensor("experts", dtype_of<Q6_K>, {3, 17, 256})};
  Metadata metadata;
  metadata.set_string("general.architecture", "llama");
  ASSERT_TRUE(write_gguf(folder.path("file.gguf"), metadata, tensors));
  ASSERT_TRUE(write_gguf(folder.path("run.gguf"), metadata, tensors, {.layout = Layout::kRun}));
  const auto file = open_gguf(folder.path("file.gguf")), run = open_gguf(folder.path("run.gguf"));
  ASSERT_TRUE(file && run) << run.error().message;
  EXPECT_EQ(run->metadata.get_string("ondol.layout"), "run");
  EXPECT_EQ(run->metadata.get_int("general.alignment"), 64);
  for (const TensorToWrite& tensor : tensors) {
    const TensorView &a = *file->find(tensor.name), &b = *run->find(tensor.name);
    const bool packed = tensor.name == "matrix" || tensor.name == "experts";
    EXPECT_EQ(b.layout, packed ? Layout::kRun : Layout::kFile) << tensor.name;
    EXPECT_EQ(rows_of(a), rows_of(b)) << tensor.name;
  }

  // what is stored is written as it is stored, and the mark goes when nothing is in run layout any more
  ASSERT_TRUE(write_gguf(folder.path("again.gguf"), run->metadata, stored_tensors(*run)));
  EXPECT_EQ(folder.read("again.gguf"), folder.read("run.gguf"));
  ASSERT_TRUE(write_gguf(folder.path("back.gguf"), run->metadata, tensors));
  EXPECT_EQ(folder.read("back.gguf"), folder.read("file.gguf"));
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
