#include "engine/agent/state_hash.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;
using tracestore::ContentHash;
using tracestore::contentHash;

namespace {

    void append(std::string& bytes, const ContentHash& hash)
    {
        for (const unsigned char byte : hash.toBytes())
            bytes.push_back(static_cast<char>(byte));
    }

} // namespace

ContentHash hashOfValue(const std::string& text)
{
    return contentHash(text);
}

ContentHash hashOfEmptyList()
{
    return contentHash("[]");
}

ContentHash hashWithItem(const ContentHash& before, const std::string& text)
{
    std::string bytes;
    bytes.reserve(16 + text.size());
    append(bytes, before);
    bytes += text;
    return contentHash(bytes);
}

ContentHash hashOfState(const std::map<std::string, ContentHash>& memberHashes)
{
    std::string bytes;
    for (const auto& [name, hash] : memberHashes) {
        bytes += name;
        bytes += '\0';
        append(bytes, hash);
    }
    return contentHash(bytes);
}

ContentHash hashOfState(const json& state)
{
    std::map<std::string, ContentHash> hashes;
    for (const auto& [name, value] : state.items()) {
        if (!value.is_array()) {
            hashes[name] = hashOfValue(tracestore::toJsonText(value));
            continue;
        }
        ContentHash list = hashOfEmptyList();
        for (const json& item : value)
            list = hashWithItem(list, tracestore::toJsonText(item));
        hashes[name] = list;
    }
    return hashOfState(hashes);
}

} // namespace engine
