#include "base/atomic_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

#include "base/interrupt.h"
#include "base/test_folder.h"

namespace ondol {
namespace {

using Names = std::vector<std::string>;

TEST(AtomicFile, AppearsWholeOnCommit) {
  const TestFolder folder;
  Result<AtomicFile> file = AtomicFile::create(folder.path("out"), false);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write("one "));
  ASSERT_TRUE(file->write("two"));
  EXPECT_EQ(file->size_bytes(), 7);
  EXPECT_EQ(folder.names(), Names{"out.partial"});
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(folder.names(), Names{"out"});
  EXPECT_EQ(folder.read("out"), "one two");
}

TEST(AtomicFile, LeavesNothingWithoutCommit) {
  const TestFolder folder;
  {
    Result<AtomicFile> file = AtomicFile::create(folder.path("out"), false);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write("half"));
  }
  EXPECT_EQ(folder.names(), Names{});
}

TEST(AtomicFile, ReplacesAnExistingFileOnlyByForceAndOnlyOnCommit) {
  const TestFolder folder;
  const std::string path = folder.write("out", "old");
  const Result<AtomicFile> refused = AtomicFile::create(path, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kBadInput);
  EXPECT_NE(refused.error().message.find("--force"), std::string::npos);

  Result<AtomicFile> file = AtomicFile::create(path, true);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write("new"));
  EXPECT_EQ(folder.read("out"), "old");
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(folder.read("out"), "new");
}

TEST(AtomicFile, NeverReplacesAnInputUnderWhateverName) {
  const TestFolder folder;
  const std::string inputs[] = {folder.write("in", "precious")};
  std::filesystem::create_symlink("in", folder.path("symlink"));
  std::filesystem::create_hard_link(folder.path("in"), folder.path("hardlink"));
  std::filesystem::create_hard_link(folder.path("in"), folder.path("other.partial"));
  for (const char* name : {"in", "symlink", "hardlink", "other", "./in"}) {
    const Result<AtomicFile> file = AtomicFile::create(folder.path(name), true, inputs);
    ASSERT_FALSE(file) << name;
    EXPECT_EQ(file.error().exit_code(), 2);
  }
  EXPECT_EQ(folder.read("in"), "precious");
}

TEST(AtomicFile, TakesOverTheLeftoverOfAKilledProcess) {
  const TestFolder folder;
  folder.write("out.partial", "a long leftover");
  Result<AtomicFile> file = AtomicFile::create(folder.path("out"), false);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write("new"));
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(folder.read("out"), "new");
}

TEST(AtomicFile, RefusesWhatAnotherWriterHolds) {
  const TestFolder folder;
  const Result<AtomicFile> first = AtomicFile::create(folder.path("out"), false);
  ASSERT_TRUE(first);
  const Result<AtomicFile> second = AtomicFile::create(folder.path("out"), false);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().exit_code(), 2);
  EXPECT_EQ(folder.names(), Names{"out.partial"});
}

TEST(AtomicFile, RefusesFoldersAndMissingFolders) {
  const TestFolder folder;
  EXPECT_EQ(AtomicFile::create(folder.path("."), true).error().kind, ErrorKind::kBadInput);
  EXPECT_EQ(AtomicFile::create(folder.path("absent/out"), true).error().kind, ErrorKind::kIo);
}

TEST(AtomicFile, AFullDiskLeavesNothingAndKeepsTheOldFile) {
  const TestFolder folder;
  const std::string path = folder.write("out", "old");
  // A file-size limit fails writes as a full disk does, but with EFBIG.
  rlimit old_limit{};
  getrlimit(RLIMIT_FSIZE, &old_limit);
  const rlimit limit{4096, old_limit.rlim_max};
  const auto old_handler = signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &limit);
  Status status;
  {
    Result<AtomicFile> file = AtomicFile::create(path, true);
    status = file ? file->write(std::string(10000, 'x')) : ok();
  }
  setrlimit(RLIMIT_FSIZE, &old_limit);
  signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().exit_code(), 1);
  EXPECT_EQ(folder.names(), Names{"out"});
  EXPECT_EQ(folder.read("out"), "old");
}

TEST(AtomicFile, CtrlCFailsTheNextWriteAndTheCommit) {
  const TestFolder folder;
  install_interrupt_handler();
  {
    Result<AtomicFile> file = AtomicFile::create(folder.path("out"), false);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write("before"));
    raise(SIGINT);
    const Status status = file->write("after");
    EXPECT_FALSE(file->commit());
    clear_interrupt();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().exit_code(), 130);
  }
  EXPECT_EQ(folder.names(), Names{});
}

TEST(AtomicFile, MovesWithItsPartialFile) {
  const TestFolder folder;
  Result<AtomicFile> file = AtomicFile::create(folder.path("out"), false);
  ASSERT_TRUE(file);
  AtomicFile moved = std::move(*file);
  ASSERT_TRUE(moved.write("x"));
  ASSERT_TRUE(moved.commit());
  EXPECT_EQ(folder.read("out"), "x");
}

TEST(AtomicFile, UnsyncedFilesAppearWholeToo) {
  const TestFolder folder;
  auto file = AtomicFile::create(folder.path("f"), false);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->restrict_to_owner());
  ASSERT_TRUE(file->write("text"));
  EXPECT_EQ(folder.names(), std::vector<std::string>{"f.partial"});
  ASSERT_TRUE(file->commit_unsynced());
  EXPECT_EQ(folder.names(), std::vector<std::string>{"f"});
  EXPECT_EQ(folder.read("f"), "text");
  EXPECT_EQ(std::filesystem::status(folder.path("f")).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace
}  // namespace ondol
