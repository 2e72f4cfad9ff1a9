// A server of tools that speaks MCP on its standard input and output, written from the
// specification and with faults on request, for tst_mcp_stdio. Its first argument is the version it
// speaks, the others are faults.

#include "engine/wire/jsonrpc.h"
#include "tracestore/base/json_io.h"

#include <csignal>
#include <cstdio>
#include <iostream>
#include <set>
#include <string>
#include <thread>
#include <unistd.h>

using namespace engine;
using nlohmann::json;

namespace {

class StubServer
{
public:
    StubServer(std::string version, std::set<std::string> faults)
        : m_version(std::move(version))
        , m_faults(std::move(faults))
    { }

    int run()
    {
        std::cerr << "stub is ready\n";
        if (has("deaf-to-term"))
            std::signal(SIGTERM, SIG_IGN);
        if (has("grandchild") && ::fork() == 0) {
            // Stays in the group and holds no pipe, as a daemon that somebody forgot.
            std::fclose(stdin);
            std::fclose(stdout);
            std::fclose(stderr);
            for (;;)
                std::this_thread::sleep_for(std::chrono::seconds(1));
        }
        // Leaves group, session and parent, as a daemon does.
        if (has("daemon") && ::fork() == 0) {
            ::setsid();
            if (::fork() != 0)
                ::_exit(0);
            std::fclose(stdin);
            std::fclose(stdout);
            std::fclose(stderr);
            for (;;)
                std::this_thread::sleep_for(std::chrono::seconds(1));
        }
        if (has("crash-at-start"))
            std::abort();
        for (std::string line; std::getline(std::cin, line);) {
            const auto message = parseRpc(line);
            if (message)
                hear(*message);
        }
        while (has("stay"))
            std::this_thread::sleep_for(std::chrono::seconds(1));
        return 0;
    }

private:
    [[nodiscard]] bool has(const std::string& fault) const { return m_faults.contains(fault); }

    [[nodiscard]] bool isStateless() const { return m_version == kStateless; }

    static void say(const std::string& text) { std::cout << text << '\n' << std::flush; }

    void hear(const RpcMessage& message)
    {
        if (message.isResponse()) {
            m_answers.push_back(message.error ? "error " + std::to_string(message.error->code)
                                              : message.result.dump());
            return;
        }
        if (message.method == "notifications/cancelled") {
            std::cerr << "cancelled " << message.params["requestId"] << '\n';
            return;
        }
        if (message.isNotification())
            return;
        if (message.method == "tools/list" && !message.params.contains("cursor"))
            ++m_lists;
        if (isStateless() && !hasFacts(message.params))
            return say(
                rpcFailure(*message.id, {-32602, "the facts of the request are missing", {}}));
        answer(message);
    }

    static bool hasFacts(const json& params)
    {
        const std::string prefix = "io.modelcontextprotocol/";
        return params.is_object() && params.contains("_meta")
            && params["_meta"].value(prefix + "protocolVersion", "") == kStateless
            && params["_meta"].contains(prefix + "clientInfo")
            && params["_meta"].contains(prefix + "clientCapabilities");
    }

    void answer(const RpcMessage& message)
    {
        if (message.method == "initialize" && !isStateless())
            return say(rpcResult(*message.id,
                                 {{"protocolVersion", m_version},
                                  {"capabilities", {{"tools", json::object()}}},
                                  {"serverInfo", {{"name", "stub"}, {"version", "1"}}}}));
        if (message.method == "server/discover" && isStateless() && !has("no-discover"))
            return say(rpcResult(
                *message.id,
                {{"resultType", "complete"},
                 {"supportedVersions", {kStateless}},
                 {"capabilities", {{"tools", {{"listChanged", !has("tells-nothing")}}}}}}));
        if (message.method == "subscriptions/listen" && isStateless() && !has("no-listen"))
            return listen(message);
        if (message.method == "tools/list")
            return list(message);
        if (message.method == "tools/call")
            return call(message);
        say(rpcFailure(*message.id, {RpcError::kMethodNotFound, "no such method", {}}));
    }

    static json tool(const std::string& name)
    {
        return {{"name", name},
                {"description", "The tool " + name + "."},
                {"inputSchema", {{"type", "object"}}}};
    }

    /// The acknowledgement; an answer comes never.
    void listen(const RpcMessage& message)
    {
        ++m_listens;
        m_subscription = *message.id;
        json granted = json::object();
        if (message.params["notifications"].value("toolsListChanged", false))
            granted["toolsListChanged"] = true;
        say(rpcNotification(
            "notifications/subscriptions/acknowledged",
            {{"_meta", subscriptionFacts(*message.id)}, {"notifications", granted}}));
    }

    static json subscriptionFacts(const json& id)
    {
        return {{"io.modelcontextprotocol/subscriptionId", id}};
    }

    /// To those who listen, or to all where there are no subscriptions.
    void tellChange() const
    {
        const char* const changed = "notifications/tools/list_changed";
        if (!isStateless())
            return say(rpcNotification(changed, nullptr));
        if (has("foreign-change"))
            say(rpcNotification(changed, {{"_meta", subscriptionFacts("somebody else")}}));
        else if (!m_subscription.is_null())
            say(rpcNotification(changed, {{"_meta", subscriptionFacts(m_subscription)}}));
    }

    void endSubscription()
    {
        say(rpcNotification("notifications/cancelled", {{"requestId", m_subscription}}));
        m_subscription = nullptr;
    }

    /// Two pages, of which the second holds for a shorter time.
    void list(const RpcMessage& message)
    {
        json result {{"tools", json::array()}};
        for (const int age : {200, 60'000}) {
            if (!has("ttl=" + std::to_string(age)))
                continue;
            const bool isFirst = !message.params.contains("cursor");
            result["ttlMs"] = isFirst ? 100 * age : age;
            result["cacheScope"] = "private";
        }
        if (message.params.is_object() && message.params.contains("cursor")) {
            for (const char* name : {"ask", "answers", "fail", "crash", "flood", "long", "die"})
                result["tools"].push_back(tool(name));
            if (m_isChanged)
                result["tools"].push_back(tool("new"));
            if (has("endless-list"))
                result["nextCursor"] = "again";
        } else {
            for (const char* name : {"echo", "slow", "change", "odd/name"})
                result["tools"].push_back(tool(name));
            result["nextCursor"] = "second";
        }
        say(rpcResult(*message.id, result));
    }

    static json text(const std::string& of)
    {
        return {{"content", {{{"type", "text"}, {"text", of}}}}};
    }

    void call(const RpcMessage& message)
    {
        const std::string name = message.params.value("name", "");
        const json arguments = message.params.value("arguments", json::object());
        if (name == "echo")
            return say(rpcResult(*message.id, text("Echo: " + arguments.value("message", ""))));
        if (name == "slow")
            return tellProgress(message);
        if (name == "change")
            return change(message);
        if (name == "ask")
            return ask(message, arguments);
        if (name == "answers")
            return say(rpcResult(*message.id, text(json(m_answers).dump())));
        if (name == "fail") {
            json result = text("it is broken");
            result["isError"] = true;
            return say(rpcResult(*message.id, result));
        }
        if (name == "grow" || name == "end-subscription") {
            m_isChanged = true; // and tells nobody
            if (name == "end-subscription")
                endSubscription();
            return say(rpcResult(*message.id, text("grown")));
        }
        if (name == "counts")
            return say(rpcResult(*message.id,
                                 text(std::to_string(m_lists) + " lists, "
                                      + std::to_string(m_listens) + " subscriptions")));
        if (name == "nap") {
            // Deaf meanwhile, as a server is that works on one call at a time.
            std::this_thread::sleep_for(std::chrono::milliseconds(arguments.value("ms", 0)));
            return say(rpcResult(*message.id, text(std::to_string(::getpid()))));
        }
        if (name == "crash")
            std::abort();
        if (name == "die")
            std::exit(3);
        if (name == "flood")
            return flood(message);
        if (name == "long")
            return endlessLine(message);
        say(rpcFailure(*message.id, {RpcError::kInvalidParams, "no such tool", {}}));
    }

    /// Never ends by itself.
    static void tellProgress(const RpcMessage& message)
    {
        const json token = message.params["_meta"]["progressToken"];
        for (int i = 1; i <= 2; ++i)
            say(rpcNotification("notifications/progress",
                                {{"progressToken", token}, {"progress", i}, {"total", 5}}));
        say(rpcNotification("notifications/progress",
                            {{"progressToken", token}, {"progress", 3}, {"message", "nearly"}}));
    }

    void change(const RpcMessage& message)
    {
        m_isChanged = true;
        for (int i = 0; i < 50; ++i)
            tellChange();
        say(rpcResult(*message.id, text("changed")));
    }

    /// Asks the client, by requests or in place of the result.
    void ask(const RpcMessage& message, const json& arguments)
    {
        const std::string what = arguments.value("what", "");
        if (!isStateless()) {
            int id = 1; // as the client's own ids: the directions are numbered apart
            for (const char* method :
                 {"ping", "roots/list", "elicitation/create", "sampling/createMessage", "odd/one"})
                say(rpcRequest(id++, method, json::object()));
            return say(rpcResult(*message.id, text("asked")));
        }
        const json& params = message.params;
        if (params.contains("inputResponses") && what != "again")
            return say(rpcResult(
                *message.id,
                text(params["inputResponses"].dump() + " " + params.value("requestState", ""))));
        say(rpcResult(
            *message.id,
            {{"resultType", "input_required"},
             {"requestState", "state-1"},
             {"inputRequests",
              {{"q",
                {{"method", what == "model" ? "sampling/createMessage" : "elicitation/create"},
                 {"params", json::object()}}}}}}));
    }

    static void flood(const RpcMessage& message)
    {
        std::string lines;
        for (int i = 0; i < 20'000; ++i) {
            lines += rpcResult(1'000'000 + i, "nobody asked") + '\n';
            lines += rpcResult((std::int64_t {1} << 32) + 3, "wrapped") + '\n';
            lines += rpcResult("text id", 1) + '\n';
            lines += "this is no message\n[1,2]\n{}\n";
            lines += rpcNotification("notifications/unknown", {{"i", i}}) + '\n';
        }
        std::cout << lines;
        for (int i = 0; i < 20'000; ++i)
            std::cerr << "line " << i << " of much that is said to people\n";
        say(rpcResult(*message.id, text("flooded")));
        say(rpcResult(*message.id, text("a second time")));
    }

    static void endlessLine(const RpcMessage& message)
    {
        const std::string block(1 << 20, 'x');
        for (int i = 0; i < 18; ++i)
            std::cout << block;
        std::cout << '\n';
        say(rpcResult(*message.id, text("long")));
    }

    static constexpr const char* kStateless = "2026-07-28";

    std::string m_version;
    std::set<std::string> m_faults;
    bool m_isChanged = false;
    int m_lists = 0; ///< first pages that were asked for
    int m_listens = 0;
    json m_subscription; ///< the id of the request, or null
    std::vector<std::string> m_answers;
};

} // namespace

int main(int argc, char** argv)
{
    return StubServer(argc > 1 ? argv[1] : "2025-11-25", {argv + std::min(argc, 2), argv + argc})
        .run();
}
