#include "engine/tool/builtin/notes.h"

#include "engine/tool/builtin/builtin_tool.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {
namespace {

    Outcome noteWritten(Notes& notes, const std::string& key, std::string text)
    {
        if (key.empty())
            return toolError("arguments", "arguments.key: a note that is written needs a key");
        if (notes.bytes() + key.size() + text.size() > Notes::kMostBytes)
            return toolError("limit", "The notes are full (4 MiB); delete some first.");
        notes.texts[key] = std::move(text);
        return textOutcome("Noted.");
    }

    Outcome noteRead(const Notes& notes, const std::string& key)
    {
        const auto found = notes.texts.find(key);
        if (found == notes.texts.end())
            return toolError("not_found",
                             "There is no note \"" + key + "\"; the action `list` shows all.");
        return textOutcome(found->second);
    }

    Outcome notesListed(const Notes& notes)
    {
        std::string text;
        for (const auto& [key, note] : notes.texts)
            text += key + " (" + std::to_string(note.size()) + " bytes)\n";
        return textOutcome(text.empty() ? "[no notes]" : std::move(text));
    }

    Outcome noteOutcome(Notes& notes, const nlohmann::json& arguments)
    {
        const std::string action = textArgument(arguments, "action");
        const std::string key = textArgument(arguments, "key");
        if (action == "write")
            return noteWritten(notes, key, textArgument(arguments, "text"));
        if (action == "read")
            return noteRead(notes, key);
        if (action == "list")
            return notesListed(notes);
        if (notes.texts.erase(key) == 0)
            return toolError("not_found", "There is no note \"" + key + "\".");
        return textOutcome("Deleted.");
    }

    /// Writes again what was written in a run that is done again.
    class NotesTool : public BuiltinTool
    {
    public:
        NotesTool(ToolInfo info, std::shared_ptr<Notes> notes)
            : BuiltinTool(std::move(info),
                          [notes](const nlohmann::json& arguments, ToolHandlers handlers) {
                              return answered(std::move(handlers), noteOutcome(*notes, arguments));
                          })
            , m_notes(std::move(notes))
        { }

        void recall(const ToolCall& call) override
        {
            if (const auto arguments = tracestore::parseJson(call.arguments))
                static_cast<void>(noteOutcome(*m_notes, *arguments));
        }

    private:
        std::shared_ptr<Notes> m_notes;
    };

} // namespace

std::size_t Notes::bytes() const
{
    std::size_t total = 0;
    for (const auto& [key, note] : texts)
        total += key.size() + note.size();
    return total;
}

std::unique_ptr<Tool> makeNotes(std::shared_ptr<Notes> notes)
{
    ToolInfo info {
        .definition
        = {"notes",
           "Keeps notes for the time of this run.",
           R"({"type":"object","properties":{"action":{"enum":["write","read","list","delete"]},)"
           R"("key":{"type":"string","maxLength":200},"text":{"type":"string"}},)"
           R"("required":["action"],"additionalProperties":false})"},
        .effectClass = EffectClass::Reads};
    return std::make_unique<NotesTool>(std::move(info), std::move(notes));
}

} // namespace engine
