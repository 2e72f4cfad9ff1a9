#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QtConcurrentRun>

#include <type_traits>
#include <utility>

namespace gui {

/// Does `work` on another thread and hands what it gave to `done` on the owner's thread, unless the
/// owner is gone by then. Not QFuture::then(): where its context is deleted while the work ends,
/// Qt 6.4 may still post to it. A watcher is told under a lock and dies with its owner.
template<class Work, class Done>
void inBackground(QObject* owner, Work work, Done done)
{
    using Result = std::invoke_result_t<Work&>;
    auto* watcher = new QFutureWatcher<Result>(owner);
    QObject::connect(
        watcher, &QFutureWatcherBase::finished, owner, [watcher, done = std::move(done)]() mutable {
            watcher->deleteLater();
            done(watcher->future().takeResult());
        });
    watcher->setFuture(QtConcurrent::run(std::move(work)));
}

} // namespace gui
