#pragma once

#include "engine/tool/tool.h"

#include <map>
#include <memory>
#include <string>

namespace engine {

/// What agents wrote down in a run, by key. Engine's thread.
struct Notes
{
    static constexpr std::size_t kMostBytes = std::size_t {4} << 20U;

    std::map<std::string, std::string> texts;

    [[nodiscard]] std::size_t bytes() const;
};

/// `notes`: writes, reads, lists and deletes notes, which are kept for the run and shared by those
/// who are given the same. Their effect class is `reads`: nothing outside the run changes, and
/// doing a call again does no harm.
std::unique_ptr<Tool> makeNotes(std::shared_ptr<Notes> notes);

} // namespace engine
