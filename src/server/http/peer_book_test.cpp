#include "server/http/peer_book.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

boost::asio::ip::address address(const std::string& text) { return boost::asio::ip::make_address(text); }

TEST(PeerBook, CountsEachAddress) {
  PeerBook book;
  PeerBook::Peer& first = book.enter(address("192.0.2.7"));
  first.traffic.in_bytes += 5;
  PeerBook::Peer& mine = book.enter(address("127.0.0.1"));
  PeerBook::Peer& again = book.enter(address("192.0.2.7"));
  EXPECT_EQ(&first, &again);
  ASSERT_EQ(book.newest().size(), 2u);
  EXPECT_EQ(book.newest().front().address, "192.0.2.7");
  EXPECT_EQ(again.traffic.n_connections, 2);
  EXPECT_EQ(again.traffic.in_bytes, 5);
  EXPECT_FALSE(again.is_loopback);
  EXPECT_TRUE(mine.is_loopback);
  EXPECT_EQ(book.rest(true).traffic.n_connections + book.rest(false).traffic.n_connections, 0);
}

TEST(PeerBook, KeepsTheNewestAndSumsTheRest) {
  PeerBook book;
  constexpr int kPeers = 1000;
  for (int i = 0; i < kPeers; ++i) {
    PeerBook::Peer& peer = book.enter(boost::asio::ip::address_v4(static_cast<uint32_t>(0x0A000000 + i)));
    peer.traffic.in_bytes += 3;
    peer.traffic.out_bytes += i;
    book.leave(peer);
  }
  ASSERT_EQ(book.newest().size(), PeerBook::kMostPeers);
  EXPECT_EQ(book.newest().front().address, "10.0.3.231");
  const PeerTraffic& rest = book.rest(false).traffic;
  EXPECT_EQ(rest.n_connections, kPeers - static_cast<int64_t>(PeerBook::kMostPeers));
  EXPECT_EQ(rest.in_bytes, 3 * rest.n_connections);
  EXPECT_EQ(rest.out_bytes, rest.n_connections * (rest.n_connections - 1) / 2);
  EXPECT_EQ(book.rest(true).traffic.n_connections, 0);
}

TEST(PeerBook, NeverMovesAnOpenConnectionsPeer) {
  PeerBook book;
  PeerBook::Peer& mine = book.enter(address("::1"));
  for (int i = 0; i < 500; ++i) {
    PeerBook::Peer& peer = book.enter(boost::asio::ip::address_v4(static_cast<uint32_t>(0x0A000000 + i)));
    if (i >= 100) book.leave(peer);
  }
  EXPECT_EQ(book.newest().size(), PeerBook::kMostPeers);
  mine.traffic.in_bytes += 7;
  EXPECT_EQ(book.newest().back().address, "::1");
  EXPECT_EQ(book.newest().back().traffic.in_bytes, 7);
  // who came when all places were held is counted with the rest
  EXPECT_EQ(book.rest(false).traffic.n_connections, 500 - 63);
}

TEST(PeerBook, KnowsAnAddressInBothItsForms) {
  EXPECT_EQ(plain_address(address("::ffff:192.0.2.7")).to_string(), "192.0.2.7");
  EXPECT_TRUE(plain_address(address("::ffff:127.0.0.1")).is_loopback());
  EXPECT_EQ(plain_address(address("fe80::1%3")).to_string(), "fe80::1");
}

}  // namespace
}  // namespace ondol
