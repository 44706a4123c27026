#include "seal/interface_traffic.h"

#include <fstream>
#include <iterator>
#include <sstream>

namespace ondol {

std::vector<InterfaceTraffic> read_interface_traffic() {
  std::ifstream file("/proc/self/net/dev");
  return parse_interface_traffic(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::vector<InterfaceTraffic> parse_interface_traffic(std::string_view text) {
  std::vector<InterfaceTraffic> all;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::string name;
    std::istringstream(line.substr(0, colon)) >> name;
    std::istringstream numbers(line.substr(colon + 1));
    int64_t n[10];
    for (int64_t& number : n) numbers >> number;
    if (numbers) all.push_back({name, n[0], n[1], n[8], n[9]});
  }
  return all;
}

}  // namespace ondol
