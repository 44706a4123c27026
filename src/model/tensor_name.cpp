#include "model/tensor_name.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace ondol {
namespace {

std::string with_number(std::string_view pattern, std::string_view place, int64_t number) {
  std::string name(pattern);
  if (const size_t at = name.find(place); at != std::string::npos) {
    name.replace(at, place.size(), std::to_string(number));
  }
  return name;
}

// A name around its first number: "blk.", "3", ".attn_q.weight".
struct NumberedName {
  std::string before, number, after;
};

NumberedName split_at_number(const std::string& name) {
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const auto first = std::find_if(name.begin(), name.end(), is_digit);
  const auto last = std::find_if_not(first, name.end(), is_digit);
  if (last - first > 9) return {name, "", ""};
  return {{name.begin(), first}, {first, last}, {last, name.end()}};
}

// {0, 1, 2, 5} -> "{0-2,5}"
std::string list_numbers(std::vector<int> numbers) {
  std::sort(numbers.begin(), numbers.end());
  std::string text = "{";
  for (size_t i = 0; i < numbers.size();) {
    size_t end = i + 1;
    while (end < numbers.size() && numbers[end] <= numbers[end - 1] + 1) ++end;
    text += (i > 0 ? "," : "") + std::to_string(numbers[i]);
    if (numbers[end - 1] > numbers[i]) text += "-" + std::to_string(numbers[end - 1]);
    i = end;
  }
  return text + "}";
}

}  // namespace

std::string list_names(std::span<const std::string> names) {
  constexpr size_t kMostShown = 32;
  std::vector<std::pair<NumberedName, std::vector<int>>> groups;
  std::map<std::pair<std::string, std::string>, size_t> index;
  for (const std::string& name : names) {
    NumberedName split = split_at_number(name);
    const auto [at, is_new] = index.try_emplace({split.before, split.after}, groups.size());
    if (is_new) groups.push_back({split, {}});
    if (!split.number.empty()) groups[at->second].second.push_back(std::stoi(split.number));
  }
  std::string text;
  for (size_t i = 0; i < std::min(groups.size(), kMostShown); ++i) {
    const auto& [name, numbers] = groups[i];
    text += i > 0 ? ", " : "";
    text += name.before + (numbers.size() > 1 ? list_numbers(numbers) : name.number) + name.after;
  }
  if (groups.size() > kMostShown) text += ", ... (+" + std::to_string(groups.size() - kMostShown) + ")";
  return text;
}

std::string tensor_name(std::string_view pattern, int layer) { return with_number(pattern, "{i}", layer); }
std::string stacked_name(std::string_view name, int64_t index) { return with_number(name, "{j}", index); }

std::vector<TensorName> join(std::initializer_list<std::span<const TensorName>> lists) {
  std::vector<TensorName> all;
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace ondol
