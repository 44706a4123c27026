// What has passed through each network interface of the process's namespace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ondol {

struct InterfaceTraffic {
  std::string name;
  int64_t received_bytes = 0, received_packets = 0;
  int64_t sent_bytes = 0, sent_packets = 0;
};

// Of /proc/self/net/dev; empty where it cannot be read.
std::vector<InterfaceTraffic> read_interface_traffic();

// The same from that file's text: two lines of heads, then "NAME: " and 16 numbers, of which the 1st and 2nd are what
// was received and the 9th and 10th what was sent.  Source: Linux, net/core/net-procfs.c.
std::vector<InterfaceTraffic> parse_interface_traffic(std::string_view text);

}  // namespace ondol
