#include "tests/bench/simdjson_pass.h"

#include <cstdio>
#include <cstdlib>
#include <simdjson.h>

namespace bench {
namespace {

    namespace od = simdjson::ondemand;

    class Pass
    {
    public:
        void document(od::object document)
        {
            for (auto resource : document["resourceSpans"].get_array()) {
                for (auto member : resource.get_object()) {
                    const od::raw_json_string key = member.key().value();
                    if (key == "scopeSpans")
                        scopes(member.value().get_array());
                    else if (key == "resource")
                        result.sum += member.value().raw_json_token().value().size();
                }
            }
        }

        PassResult result;

    private:
        void scopes(od::array scopes)
        {
            for (auto scope : scopes) {
                for (auto member : scope.get_object()) {
                    if (member.key().value() == "spans") {
                        for (auto span : member.value().get_array())
                            this->span(span.get_object());
                    }
                }
            }
        }

        void text(od::value value) { result.sum += value.get_string().value().size(); }

        void span(od::object span)
        {
            ++result.spans;
            for (auto member : span) {
                const od::raw_json_string key = member.key().value();
                if (key == "traceId" || key == "spanId" || key == "parentSpanId" || key == "name")
                    text(member.value());
                else if (key == "startTimeUnixNano" || key == "endTimeUnixNano")
                    result.sum += member.value().get_uint64_in_string().value();
                else if (key == "kind")
                    result.sum += member.value().get_uint64().value();
                else if (key == "attributes")
                    attributes(member.value().get_array());
                else if (key == "status")
                    status(member.value().get_object());
            }
        }

        void status(od::object status)
        {
            for (auto member : status) {
                if (member.key().value() == "code")
                    result.sum += member.value().get_uint64().value();
                else
                    text(member.value());
            }
        }

        void attributes(od::array list)
        {
            for (auto attribute : list) {
                bool isColumn = false;
                for (auto member : attribute.get_object()) {
                    if (member.key().value() == "key")
                        isColumn = isColumnName(member.value().get_string().value());
                    else if (isColumn)
                        value(member.value().get_object());
                }
            }
        }

        void value(od::object typed)
        {
            for (auto member : typed) {
                const od::raw_json_string type = member.key().value();
                if (type == "stringValue")
                    text(member.value());
                else if (type == "intValue")
                    result.sum += member.value().get_uint64_in_string().value();
            }
        }

        /// Whether the value of an attribute becomes a column: told apart by length first.
        bool isColumnName(std::string_view name)
        {
            result.sum += name.size();
            switch (name.size()) {
            case 10:
                return name == "error.type";
            case 16:
                return name == "gen_ai.tool.name";
            case 17:
                return name == "gen_ai.agent.name";
            case 15:
                return name == "gen_ai.agent.id";
            case 19:
                return name == "gen_ai.tool.call.id";
            case 20:
                return name == "gen_ai.request.model" || name == "gen_ai.provider.name";
            case 21:
                return name == "gen_ai.operation.name" || name == "gen_ai.response.model";
            case 18:
                return name == "gen_ai.response.id";
            case 22:
                return name == "gen_ai.conversation.id";
            case 25:
                return name == "gen_ai.usage.input_tokens";
            case 26:
                return name == "gen_ai.usage.output_tokens";
            case 36:
                return name == "gen_ai.usage.cache_read.input_tokens";
            default:
                return false;
            }
        }
    };

} // namespace

PassResult simdjsonPass(std::string_view text, bool isOneDocument)
{
    constexpr std::size_t kBatch = std::size_t {4} << 20U;
    Pass pass;
    od::parser parser;
    try {
        if (isOneDocument) {
            od::document document = parser.iterate(text.data(), text.size(), text.size() + 64);
            pass.document(document.get_object());
        } else {
            od::document_stream lines = parser.iterate_many(text.data(), text.size(), kBatch);
            for (auto line : lines)
                pass.document(line.get_object());
        }
    } catch (const simdjson::simdjson_error& error) {
        std::fprintf(stderr, "simdjson: %s\n", error.what());
        std::exit(1);
    }
    return pass.result;
}

} // namespace bench
