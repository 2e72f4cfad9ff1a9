#include "tracestore/query/text_places.h"

#include "tracestore/query/snippet.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    class PlaceFinder
    {
    public:
        PlaceFinder(std::string_view text, std::size_t most)
            : m_needle(text)
            , m_most(most)
        { }

        /// Whether it was found, which fills a place.
        bool find(TextPlaceKind kind,
                  std::size_t index,
                  const std::string& label,
                  std::string_view text,
                  TextForm form)
        {
            if (m_places.size() >= m_most)
                return false;
            const auto match = m_needle.find(text, form);
            if (!match)
                return false;
            Snippet snippet = snippetAround(text, *match, form);
            m_places.push_back({kind,
                                index,
                                label,
                                std::move(snippet.text),
                                snippet.match.offset,
                                snippet.match.length});
            return true;
        }

        bool findJson(TextPlaceKind kind, const std::string& label, std::string_view text)
        {
            return find(kind, 0, label, text, TextForm::Json);
        }

        void findMessages(TextPlaceKind kind, const std::vector<Message>& messages)
        {
            for (std::size_t i = 0; i < messages.size(); ++i) {
                const std::string label = std::string(toWord(kind)) + ", message "
                    + std::to_string(i + 1) + " (" + std::string(toWord(messages[i].role)) + ')';
                for (const MessagePart& part : messages[i].parts) {
                    if (findPart(kind, i, label, part))
                        break;
                }
            }
        }

        void findAttributes(TextPlaceKind kind, const std::vector<Attribute>& attributes)
        {
            for (std::size_t i = 0; i < attributes.size(); ++i) {
                const std::string label = std::string(toWord(kind)) + ' ' + attributes[i].key;
                if (!find(kind, i, label, attributes[i].json, TextForm::Json))
                    find(kind, i, label, attributes[i].key, TextForm::Plain);
            }
        }

        void findEvents(const std::vector<SpanEvent>& events)
        {
            for (std::size_t i = 0; i < events.size(); ++i) {
                const std::string label = "event " + events[i].name;
                bool isFound
                    = find(TextPlaceKind::Event, i, label, events[i].name, TextForm::Plain);
                for (const Attribute& attribute : events[i].attributes) {
                    isFound = isFound
                        || find(TextPlaceKind::Event, i, label, attribute.json, TextForm::Json)
                        || find(TextPlaceKind::Event, i, label, attribute.key, TextForm::Plain);
                }
            }
        }

        std::vector<TextPlace> take() { return std::move(m_places); }

    private:
        bool findPart(TextPlaceKind kind,
                      std::size_t index,
                      const std::string& label,
                      const MessagePart& part)
        {
            const auto plain = [&](std::string_view text) {
                return find(kind, index, label, text, TextForm::Plain);
            };
            const auto decoded = [&](std::string_view text) {
                return find(kind, index, label, text, TextForm::Json);
            };
            if (const auto* text = std::get_if<TextPart>(&part))
                return plain(text->text);
            if (const auto* thought = std::get_if<ReasoningPart>(&part))
                return plain(thought->text);
            if (const auto* call = std::get_if<ToolCallPart>(&part))
                return plain(call->name) || decoded(call->arguments);
            if (const auto* result = std::get_if<ToolResultPart>(&part))
                return decoded(result->content);
            if (const auto* media = std::get_if<MediaPart>(&part))
                return plain(media->reference);
            const auto* other = std::get_if<OtherPart>(&part);
            return other != nullptr && decoded(other->json);
        }

        TextNeedle m_needle;
        std::size_t m_most;
        std::vector<TextPlace> m_places;
    };

} // namespace

std::string_view toWord(TextPlaceKind kind)
{
    static constexpr std::array<std::string_view, 10> kWords {"input",
                                                              "output",
                                                              "arguments",
                                                              "result",
                                                              "parameter",
                                                              "attribute",
                                                              "event",
                                                              "tools offered",
                                                              "error",
                                                              "other"};
    return kWords.at(static_cast<std::size_t>(kind));
}

std::vector<TextPlace>
findInDetail(std::string_view text, const SpanDetail& detail, std::size_t most)
{
    if (text.empty())
        return {};
    PlaceFinder finder(text, most);
    finder.findJson(TextPlaceKind::Arguments, "arguments", detail.toolArguments);
    finder.findJson(TextPlaceKind::Result, "result", detail.toolResult);
    finder.findMessages(TextPlaceKind::Output, detail.output);
    finder.findMessages(TextPlaceKind::Input, detail.input);
    finder.findJson(TextPlaceKind::Error, "stack of the error", detail.errorStack);
    finder.findAttributes(TextPlaceKind::Attribute, detail.attributes);
    finder.findAttributes(TextPlaceKind::Parameter, detail.parameters);
    finder.findEvents(detail.events);
    finder.findJson(TextPlaceKind::Other, "description of the tool", detail.toolDescription);
    finder.findJson(TextPlaceKind::ToolDefinitions, "tools offered", detail.toolDefinitions);
    return finder.take();
}

} // namespace tracestore
