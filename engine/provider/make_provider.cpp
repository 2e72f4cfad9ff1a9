#include "engine/provider/make_provider.h"

#include "engine/provider/http_provider.h"
#include "engine/provider/scripted_provider.h"

using namespace Qt::StringLiterals;

namespace engine {

using tracestore::ErrorCode;
using tracestore::ModelApi;
using tracestore::Result;

namespace {

    ModelApi apiOf(ProviderKind kind)
    {
        switch (kind) {
        case ProviderKind::OpenAiResponses:
            return ModelApi::OpenAiResponses;
        case ProviderKind::Anthropic:
            return ModelApi::Anthropic;
        default:
            return ModelApi::OpenAiChat;
        }
    }

    Result<QUrl> baseUrlOf(const ProviderConfig& config)
    {
        if (config.baseUrl.empty())
            return QUrl(config.kind == ProviderKind::Anthropic ? u"https://api.anthropic.com"_s
                                                               : u"https://api.openai.com/v1"_s);
        const QUrl url(QString::fromStdString(config.baseUrl), QUrl::StrictMode);
        const bool isWeb = url.scheme() == u"https"_s || url.scheme() == u"http"_s;
        if (!url.isValid() || !isWeb || url.host().isEmpty())
            return tracestore::fail(ErrorCode::Invalid,
                                    "The base address is none. It begins with https:// or "
                                    "http:// and a name, such as http://localhost:8080/v1.");
        if (!url.userInfo().isEmpty())
            return tracestore::fail(ErrorCode::Invalid,
                                    "The base address holds a name or password. Name an "
                                    "environment variable that holds the key instead.");
        return url;
    }

    Result<Secret> keyOf(const ProviderConfig& config, const KeyStore& keys)
    {
        if (!config.keyVariable.empty())
            return keys.ofVariable(config.keyVariable);
        if (!config.keyName.empty())
            return keys.ofEntry(config.keyName);
        return Secret();
    }

    Result<HttpTarget> targetOf(const ProviderConfig& config, const KeyStore& keys)
    {
        HttpTarget target;
        target.api = apiOf(config.kind);
        target.timeout = config.timeout;
        auto url = baseUrlOf(config);
        if (!url)
            return tracestore::fail(std::move(url).error());
        target.baseUrl = std::move(*url);
        auto key = keyOf(config, keys);
        if (!key)
            return tracestore::fail(std::move(key).error());
        target.key = std::move(*key);
        return target;
    }

    Result<std::unique_ptr<Provider>> makeHttp(const ProviderConfig& config,
                                               const ProviderServices& services)
    {
        auto target = targetOf(config, services.keys);
        if (!target)
            return tracestore::fail(std::move(target).error());
        return std::unique_ptr<Provider>(std::make_unique<HttpProvider>(
            std::move(*target), services.clock, services.environment));
    }

    tracestore::Error ofProvider(const ProviderConfig& config, tracestore::Error error)
    {
        error.message = "Provider `" + config.name + "`: " + error.message;
        return error;
    }

    Result<std::unique_ptr<Provider>> makeScripted(const ProviderConfig& config,
                                                   const ProviderServices& services)
    {
        if (config.script.empty())
            return tracestore::fail(ErrorCode::Invalid, "No script file is named for it.");
        auto script = Script::load(config.script);
        if (!script)
            return tracestore::fail(std::move(script).error());
        return std::unique_ptr<Provider>(
            std::make_unique<ScriptedProvider>(std::move(*script), services.clock));
    }

} // namespace

Result<std::unique_ptr<Provider>> makeProvider(const ProviderConfig& config,
                                               const ProviderServices& services)
{
    auto provider = config.kind == ProviderKind::Script ? makeScripted(config, services)
                                                        : makeHttp(config, services);
    if (provider)
        return provider;
    return tracestore::fail(ofProvider(config, std::move(provider).error()));
}

Result<HttpTarget> httpTarget(const ProviderConfig& config, const KeyStore& keys)
{
    auto target = targetOf(config, keys);
    if (target)
        return target;
    return tracestore::fail(ofProvider(config, std::move(target).error()));
}

} // namespace engine
