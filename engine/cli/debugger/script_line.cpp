#include "engine/cli/debugger/script_line.h"

namespace engine::cli {

std::deque<ScriptLine> scriptLines(std::string_view text, const std::string& file)
{
    std::deque<ScriptLine> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(
            {std::string(text.substr(0, end)), file, static_cast<int>(lines.size()) + 1});
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

} // namespace engine::cli
