#include "base/sha256.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

// The examples of NIST, "Cryptographic Standards and Guidelines: SHA256".
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(to_hex(Sha256().finish()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(Sha256().add("abc").finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(Sha256().add("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").finish()),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(Sha256().add(std::string(1000000, 'a')).finish()),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheBytesAreCut) {
  const std::string text(200, 'x');
  const Digest whole = Sha256().add(text).finish();
  for (size_t n = 1; n < 130; ++n) {
    Sha256 pieces;
    for (size_t i = 0; i < text.size(); i += n) pieces.add(std::string_view(text).substr(i, n));
    EXPECT_EQ(pieces.finish(), whole) << n;
  }
}

}  // namespace
}  // namespace ondol
