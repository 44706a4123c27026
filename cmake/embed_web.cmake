# Embeds the page: ondol_embed_web(TARGET) compiles every file of web/ into TARGET, where src/server/web_files.h finds it.
# Bytes travel as string literals, which compile many times faster than lists of numbers; the entity tag is the first
# 16 digits of the file's SHA-256.  The same file, run as a script (cmake -DWEB=… -DPATHS=a|b -DOUTPUT=… -P), writes the source.
set(embed_web_script ${CMAKE_CURRENT_LIST_FILE})

function(ondol_embed_web target)
  set(web ${PROJECT_SOURCE_DIR}/web)
  set(output ${PROJECT_BINARY_DIR}/generated/server/web_files.cpp)
  file(GLOB_RECURSE paths RELATIVE ${web} CONFIGURE_DEPENDS ${web}/*)
  list(TRANSFORM paths PREPEND ${web}/ OUTPUT_VARIABLE files)
  # The names stand in the command, so that it runs again when a file is gone.
  string(REPLACE ";" "|" paths "${paths}")
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DWEB=${web} "-DPATHS=${paths}" -DOUTPUT=${output} -P ${embed_web_script}
    DEPENDS ${files} ${embed_web_script}
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

# The value of a file's Content-Type header; stops on a kind of file that no browser was told about.
function(content_type_of path result)
  set(.html "text/html; charset=utf-8")
  set(.css "text/css; charset=utf-8")
  set(.js "text/javascript; charset=utf-8")
  set(.svg "image/svg+xml")
  set(.png "image/png")
  get_filename_component(extension ${path} LAST_EXT)
  if(NOT DEFINED ${extension})
    message(FATAL_ERROR "web/${path}: cmake/embed_web.cmake knows no content type for ${extension}")
  endif()
  set(${result} ${${extension}} PARENT_SCOPE)
endfunction()

function(write_web_files web paths output)
  string(REPLACE "|" ";" paths "${paths}")
  set(entries "")
  foreach(path ${paths})
    content_type_of(${path} content_type)
    file(SHA256 ${web}/${path} digest)
    string(SUBSTRING ${digest} 0 16 tag)
    file(SIZE ${web}/${path} n_bytes)
    file(READ ${web}/${path} bytes HEX)
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
    string(APPEND entries "    {\"/${path}\", \"${content_type}\", {\"${bytes}\", ${n_bytes}}, \"\\\"${tag}\\\"\"},\n")
  endforeach()
  file(WRITE ${output}
"// Generated from web/ by cmake/embed_web.cmake.
#include \"server/web_files.h\"
namespace ondol {
static constexpr WebFile kWebFiles[] = {
${entries}};
std::span<const WebFile> web_files() { return kWebFiles; }
}  // namespace ondol
")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  cmake_minimum_required(VERSION 3.25)
  write_web_files(${WEB} "${PATHS}" ${OUTPUT})
endif()
