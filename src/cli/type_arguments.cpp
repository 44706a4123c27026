#include "cli/type_arguments.h"

#include "cli/arguments.h"
#include "cli/shrink_messages.h"
#include "format/gguf_type.h"

namespace ondol {

void declare_types(Options& options, TypeArguments& args) {
  options.add("--types", args.types, format_message(msg::kShrinkTypesOption, type_names()))
      .placeholder("A,B")
      .split_at_commas();
  options.add("--compat", args.compat, help_text(msg::kShrinkCompatOption));
}

Result<std::vector<DType>> types_of(const TypeArguments& args) {
  std::vector<DType> types;
  for (const std::string& name : args.types) {
    TRY(const DType type, parse_type(name));
    types.push_back(type);
  }
  if (!args.compat) return types;
  if (types.empty()) {
    for (size_t i = 0; i < all_types().size(); ++i) {
      const DType type(static_cast<int>(i));
      if (!type.info().is_float || type.info().block_bytes == 2) types.push_back(type);
    }
  }
  std::erase_if(types, [](DType type) { return only_ondol_reads({type}); });
  return types;
}

}  // namespace ondol
