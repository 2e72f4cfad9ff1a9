#include "tracestore/model/canonical_message.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    /// Reads the text from front to back; false as soon as it is not as toJson() writes.
    class CanonicalReader
    {
    public:
        explicit CanonicalReader(std::string_view text)
            : m_text(text)
        { }

        bool read(Message& to)
        {
            return readMembers([&](std::string_view key) { return readMember(key, to); })
                && m_text.empty();
        }

    private:
        bool take(char wanted)
        {
            if (!m_text.starts_with(wanted))
                return false;
            m_text.remove_prefix(1);
            return true;
        }

        /// `{"key":value,...}`; `readValue` reads what stands behind a key.
        template<class ReadValue>
        bool readMembers(ReadValue readValue)
        {
            if (!take('{'))
                return false;
            if (take('}'))
                return true;
            do {
                if (!take('"'))
                    return false;
                const std::size_t end = m_text.find('"');
                if (end == std::string_view::npos)
                    return false;
                const std::string_view key = m_text.substr(0, end);
                m_text.remove_prefix(end + 1);
                if (!take(':') || !readValue(key))
                    return false;
            } while (take(','));
            return take('}');
        }

        bool readMember(std::string_view key, Message& to)
        {
            if (key == "parts")
                return readParts(to.parts);
            if (key == "role")
                return readRole(to.role);
            if (key == "finish_reason")
                return readText(to.finishReason);
            if (key == "name")
                return readText(to.name);
            return key == "orig_role" && readText(to.origRole);
        }

        bool readRole(Role& role)
        {
            std::string word;
            if (!readText(word))
                return false;
            for (const Role known :
                 {Role::System, Role::User, Role::Assistant, Role::Tool, Role::Other}) {
                if (word != toWord(known))
                    continue;
                role = known;
                return true;
            }
            return false;
        }

        bool readParts(std::vector<MessagePart>& parts)
        {
            if (!take('['))
                return false;
            if (take(']'))
                return true;
            do {
                if (!readPart(parts.emplace_back()))
                    return false;
            } while (take(','));
            return take(']');
        }

        /// The members of any part; which of them it is stands in `type`, behind most of them.
        struct Members
        {
            static constexpr std::array<std::string_view, 13> kNames {"text",
                                                                      "type",
                                                                      "arguments",
                                                                      "id",
                                                                      "name",
                                                                      "call_id",
                                                                      "content",
                                                                      "signature",
                                                                      "data",
                                                                      "mime_type",
                                                                      "reference",
                                                                      "json",
                                                                      "orig_type"};
            std::array<std::string, kNames.size()> texts;
            bool isEncrypted = false;
            bool isError = false;

            std::string&& take(std::string_view name)
            {
                const auto* found = std::ranges::find(kNames, name);
                return std::move(texts.at(static_cast<std::size_t>(found - kNames.begin())));
            }
        };

        bool readTrue(bool& to)
        {
            if (!m_text.starts_with("true"))
                return false;
            m_text.remove_prefix(4);
            return to = true;
        }

        bool readPart(MessagePart& to)
        {
            Members all;
            const bool isRead = readMembers([&](std::string_view key) {
                if (key == "encrypted")
                    return readTrue(all.isEncrypted);
                if (key == "is_error")
                    return readTrue(all.isError);
                const auto* found = std::ranges::find(Members::kNames, key);
                return found != Members::kNames.end()
                    && readText(
                           all.texts.at(static_cast<std::size_t>(found - Members::kNames.begin())));
            });
            if (!isRead)
                return false;
            const std::string type = all.take("type");
            if (type == "text")
                to = TextPart {all.take("text")};
            else if (type == "reasoning")
                to = ReasoningPart {all.take("text"), all.take("signature"), all.isEncrypted};
            else if (type == "tool_call")
                to = ToolCallPart {all.take("id"), all.take("name"), all.take("arguments")};
            else if (type == "tool_result")
                to = ToolResultPart {all.take("call_id"), all.take("content"), all.isError};
            else if (type == "media")
                to = MediaPart {all.take("mime_type"), all.take("reference"), all.take("data")};
            else if (type == "other")
                to = OtherPart {all.take("orig_type"), all.take("json")};
            else
                return false;
            return true;
        }

        bool readText(std::string& to)
        {
            if (!take('"'))
                return false;
            to.reserve(std::min<std::size_t>(m_text.find("\",\""), m_text.size()));
            for (;;) {
                std::size_t end = 0;
                while (end < m_text.size() && !isSpecial(m_text[end]))
                    ++end;
                to.append(m_text.substr(0, end));
                m_text.remove_prefix(end);
                if (take('"'))
                    return true;
                if (!readEscape(to))
                    return false;
            }
        }

        static bool isSpecial(char c)
        {
            return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
        }

        /// The short escapes; those by number are rare and left to others.
        bool readEscape(std::string& to)
        {
            static constexpr std::string_view kKinds = "\"\\/bfnrt";
            static constexpr std::string_view kLetters = "\"\\/\b\f\n\r\t";
            if (m_text.size() < 2 || m_text.front() != '\\')
                return false;
            const std::size_t kind = kKinds.find(m_text[1]);
            if (kind == std::string_view::npos)
                return false;
            to += kLetters[kind];
            m_text.remove_prefix(2);
            return true;
        }

        std::string_view m_text;
    };

} // namespace

std::optional<Message> canonicalMessage(std::string_view json)
{
    Message message;
    if (!CanonicalReader(json).read(message))
        return std::nullopt;
    return message;
}

} // namespace tracestore
