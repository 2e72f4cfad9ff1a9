#pragma once

#include "engine/config/key_vault.h"

#include <QStringList>
#include <QTimer>

#include <map>
#include <utility>

namespace tests {

/// A key store of which a test decides what is in it and when it answers. It may outlive those who
/// hold a pointer to it only as long as the test lets it.
class FakeKeyVault : public engine::KeyVault
{
public:
    void look(QObject& receiver, OnState then) override
    {
        ++looks;
        if (!isDumb)
            QTimer::singleShot(delayMs, &receiver, [then, state = state] { then(state); });
    }

    void read(const std::string& entry, QObject& receiver, OnKey then) override
    {
        reads << QString::fromStdString(entry);
        if (isSilent)
            return;
        QTimer::singleShot(delayMs, &receiver, [this, entry, then] {
            if (!failure.empty())
                then(tracestore::fail(tracestore::ErrorCode::Io, failure));
            else if (const auto found = keys.find(entry); found != keys.end())
                then(engine::Secret(found->second));
            else
                then(tracestore::fail(tracestore::ErrorCode::NotFound, "There is none."));
        });
    }

    void write(const std::string& entry,
               const engine::Secret& key,
               QObject& receiver,
               OnDone then) override
    {
        if (failure.empty())
            keys[entry] = key.reveal();
        answer(receiver, std::move(then));
    }

    void remove(const std::string& entry, QObject& receiver, OnDone then) override
    {
        if (failure.empty())
            keys.erase(entry);
        answer(receiver, std::move(then));
    }

    std::map<std::string, std::string> keys;
    State state = State::Open;
    int delayMs = 0;
    bool isDumb = false; ///< not even looking is answered
    bool isSilent = false; ///< reading is never answered, as while a password is asked for
    std::string failure; ///< of reading and writing
    int looks = 0;
    QStringList reads;

private:
    void answer(QObject& receiver, OnDone then)
    {
        QTimer::singleShot(0, &receiver, [failure = failure, then = std::move(then)] {
            if (failure.empty())
                then({});
            else
                then(tracestore::fail(tracestore::ErrorCode::Io, failure));
        });
    }
};

} // namespace tests
