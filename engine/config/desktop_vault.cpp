#include "engine/config/desktop_vault.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QPointer>
#include <qt6keychain/keychain.h>

namespace engine {

using namespace Qt::StringLiterals;
using tracestore::Error;
using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    Error vaultError(const QKeychain::Job& job)
    {
        switch (job.error()) {
        case QKeychain::EntryNotFound:
            return {ErrorCode::NotFound, "The key store of the desktop has no such key.", {}};
        case QKeychain::AccessDenied:
        case QKeychain::AccessDeniedByUser:
            return {ErrorCode::Io, "The key store of the desktop was not unlocked.", {}};
        case QKeychain::NoBackendAvailable:
        case QKeychain::NotImplemented:
            return {ErrorCode::Unsupported, kNoKeyVault, {}};
        default:
            return {ErrorCode::Io,
                    "The key store of the desktop failed: " + job.errorString().toStdString() + '.',
                    {}};
        }
    }

    /// Starts a job, which deletes itself.
    template<typename Job>
    void
    startJob(Job* job, const std::string& entry, QObject& receiver, std::function<void(Job&)> then)
    {
        job->setKey(QString::fromStdString(entry));
        job->setInsecureFallback(false); // a file that anybody can read is no key store
        QObject::connect(job, &QKeychain::Job::finished, &receiver, [job, then = std::move(then)] {
            then(*job);
        });
        job->start();
    }

    /// `fine` is no failure either.
    template<typename Job>
    void startChange(Job* job,
                     const std::string& entry,
                     QObject& receiver,
                     QKeychain::Error fine,
                     KeyVault::OnDone then)
    {
        startJob<Job>(job, entry, receiver, [fine, then = std::move(then)](Job& done) {
            if (done.error() == QKeychain::NoError || done.error() == fine)
                then({});
            else
                then(tracestore::fail(vaultError(done)));
        });
    }

    /// Calls without blocking; `then` gets the answer, an error too.
    void callLater(const QDBusMessage& call,
                   QObject& receiver,
                   std::function<void(const QDBusMessage&)> then)
    {
        auto* watcher
            = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), &receiver);
        QObject::connect(watcher,
                         &QDBusPendingCallWatcher::finished,
                         &receiver,
                         [then = std::move(then)](QDBusPendingCallWatcher* done) {
                             done->deleteLater();
                             then(done->reply());
                         });
    }

    /// KWallet before it spoke the common protocol.
    void lookForWallet(QObject& receiver, KeyVault::OnState then)
    {
        QDBusMessage call = QDBusMessage::createMethodCall(u"org.freedesktop.DBus"_s,
                                                           u"/org/freedesktop/DBus"_s,
                                                           u"org.freedesktop.DBus"_s,
                                                           u"NameHasOwner"_s);
        call << u"org.kde.kwalletd5"_s;
        callLater(call, receiver, [then = std::move(then)](const QDBusMessage& answer) {
            const QDBusPendingReply<bool> has = answer;
            then(!has.isError() && has.value() ? KeyVault::State::Open : KeyVault::State::Missing);
        });
    }

} // namespace

void DesktopVault::look(QObject& receiver, OnState then)
{
    if (!QDBusConnection::sessionBus().isConnected()) {
        QMetaObject::invokeMethod(
            &receiver, [then = std::move(then)] { then(State::Missing); }, Qt::QueuedConnection);
        return;
    }
    QDBusMessage call
        = QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s,
                                         u"/org/freedesktop/secrets/aliases/default"_s,
                                         u"org.freedesktop.DBus.Properties"_s,
                                         u"Get"_s);
    call << u"org.freedesktop.Secret.Collection"_s << u"Locked"_s;
    callLater(
        call, receiver, [&receiver, then = std::move(then)](const QDBusMessage& answer) mutable {
            const QDBusPendingReply<QDBusVariant> locked = answer;
            if (!locked.isError())
                return then(locked.value().variant().toBool() ? State::Locked : State::Open);
            const QDBusError::ErrorType error = locked.error().type();
            // The service is there and keeps nothing yet.
            if (error == QDBusError::UnknownObject || error == QDBusError::UnknownMethod
                || error == QDBusError::UnknownInterface || error == QDBusError::InvalidArgs)
                return then(State::Open);
            lookForWallet(receiver, std::move(then));
        });
}

void DesktopVault::read(const std::string& entry, QObject& receiver, OnKey then)
{
    using Job = QKeychain::ReadPasswordJob;
    startJob<Job>(new Job(QString::fromLatin1(kService)),
                  entry,
                  receiver,
                  [then = std::move(then)](Job& job) {
                      if (job.error() != QKeychain::NoError)
                          then(tracestore::fail(vaultError(job)));
                      else
                          then(Secret(job.textData().trimmed().toStdString()));
                  });
}

void DesktopVault::write(const std::string& entry,
                         const Secret& key,
                         QObject& receiver,
                         OnDone then)
{
    auto* job = new QKeychain::WritePasswordJob(QString::fromLatin1(kService));
    job->setTextData(QString::fromStdString(key.reveal()));
    startChange(job, entry, receiver, QKeychain::NoError, std::move(then));
}

void DesktopVault::remove(const std::string& entry, QObject& receiver, OnDone then)
{
    startChange(new QKeychain::DeletePasswordJob(QString::fromLatin1(kService)),
                entry,
                receiver,
                QKeychain::EntryNotFound,
                std::move(then));
}

} // namespace engine
