#include "store/record/record_fixture.hpp"

#include "store/record/agents.hpp"
#include "store/record/passwords.hpp"
#include "store/record/worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <soci/soci.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <future>
#include <sstream>
#include <thread>

namespace ventanilla::record {
namespace {

using namespace std::chrono_literals;
using protocol::Code;
using protocol::Result;
using Clock = std::chrono::steady_clock;

template <typename T>
Result<T> now(boost::asio::io_context& io, boost::asio::awaitable<Result<T>> task) {
    std::optional<Result<T>> out;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, Result<T> result) {
        if (error) {
            std::rethrow_exception(error);
        }
        out = std::move(result);
    });
    io.restart();
    while (!out && io.run_one() > 0) {
    }
    return std::move(out.value());
}

bool within(Clock::duration patience, const std::function<bool()>& holds) {
    for (const auto until = Clock::now() + patience; Clock::now() < until; std::this_thread::sleep_for(20ms)) {
        if (holds()) {
            return true;
        }
    }
    return false;
}

WorkerOptions quick() {
    WorkerOptions options;
    options.deadline = 2s;
    options.probe_every = 200ms;
    options.backoff_first = 20ms;
    options.backoff_most = 200ms;
    options.database.busy_timeout_ms = 200;
    options.database.statement_timeout_ms = 500;
    return options;
}

std::int64_t revision(Database& database) {
    return AgentRepository(database).revision();
}

std::int64_t write(Database& database) {
    Transaction transaction(database);
    database.sql() << "UPDATE meta SET agents_revision = agents_revision + 1";
    transaction.commit();
    return revision(database);
}

class RecordWorker : public RecordTest {
protected:
    void expect_unavailable(Worker& worker) {
        const auto begun = Clock::now();
        const auto result = now(io, worker.run(write));
        EXPECT_EQ(result, tl::unexpected(protocol::Error{Code::unavailable, "", 1000}));
        EXPECT_LT(Clock::now() - begun, 4s);
    }

    boost::asio::io_context io;
};
ON_BOTH_DATABASES(RecordWorker);

TEST_P(RecordWorker, BringsTheAnswerBackToTheLoop) {
    Worker worker(io.get_executor(), url(), quick());
    const auto loop = std::this_thread::get_id();
    const auto elsewhere = [loop](Database&) { return std::this_thread::get_id() != loop; };
    EXPECT_EQ(now(io, worker.run(elsewhere)), true);
    const auto refusal = [](Database&) -> Result<int> { return protocol::fail(Code::not_found); };
    EXPECT_EQ(now(io, worker.run(refusal)).error().code, Code::not_found);
    const auto nothing = [](Database&) {};
    EXPECT_TRUE(now(io, worker.run(nothing)));
    EXPECT_TRUE(worker.healthy());
}

TEST_P(RecordWorker, WhatThrowsIsUnavailableAndHurtsNobody) {
    Worker worker(io.get_executor(), url(), quick());
    const auto thrower = [](Database& database) {
        Transaction transaction(database);
        database.sql() << "UPDATE meta SET agents_revision = 99";
        database.sql() << "SELECT nonsense FROM nowhere";
    };
    EXPECT_EQ(now(io, worker.run(thrower)).error().code, Code::unavailable);
    EXPECT_EQ(now(io, worker.run(revision)), 0);
    EXPECT_TRUE(worker.healthy());
}

TEST_P(RecordWorker, LogDoesNotQuoteWhatWasStored) {
    std::ostringstream log;
    const auto previous = spdlog::default_logger();
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
    {
        Worker worker(io.get_executor(), url(), quick());
        const auto thrower = [](Database& database) {
            const std::string secret = "geheim";
            database.sql() << "INSERT INTO agent (id, name) VALUES ('geheim', :secret)", soci::use(secret);
        };
        EXPECT_FALSE(now(io, worker.run(thrower)));
    }
    spdlog::set_default_logger(previous);
    EXPECT_NE(log.str().find("record store: "), std::string::npos) << log.str();
    EXPECT_EQ(log.str().find("geheim"), std::string::npos) << log.str();
}

TEST_P(RecordWorker, FullQueueAnswersAtOnce) {
    WorkerOptions options = quick();
    options.threads = 1;
    options.queue = 2;
    options.deadline = 5s;
    Worker worker(io.get_executor(), url(), options);
    std::promise<void> gate;
    const auto opened = gate.get_future().share();
    std::atomic<bool> entered = false;
    int answered = 0;
    const auto wait = [opened, &entered](Database&) {
        entered = true;
        opened.wait();
    };
    const auto count = [&](std::exception_ptr, const Result<void>& result) { answered += result ? 1 : 100; };
    boost::asio::co_spawn(io, worker.run(wait), count);
    io.poll();
    ASSERT_TRUE(within(5s, [&] { return entered.load(); }));
    boost::asio::co_spawn(io, worker.run(wait), count);
    boost::asio::co_spawn(io, worker.run(wait), count);
    io.poll();
    EXPECT_EQ(worker.waiting(), 2u);
    EXPECT_EQ(now(io, worker.run(revision)).error().code, Code::unavailable);
    gate.set_value();
    io.restart();
    io.run();
    EXPECT_EQ(answered, 3);
}

TEST_P(RecordWorker, WhatWaitedBeyondItsDeadlineIsNotDone) {
    WorkerOptions options = quick();
    options.threads = 1;
    options.deadline = 300ms;
    Worker worker(io.get_executor(), url(), options);
    ASSERT_TRUE(within(5s, [&] { return worker.healthy(); }));
    bool late = false;
    const auto sleep = [](Database&) { std::this_thread::sleep_for(700ms); };
    const auto mark = [&late](Database&) { late = true; };
    std::vector<Code> codes;
    const auto note = [&](std::exception_ptr, const Result<void>& result) { codes.push_back(result.error().code); };
    boost::asio::co_spawn(io, worker.run(sleep), note);
    boost::asio::co_spawn(io, worker.run(mark), note);
    io.run();
    EXPECT_EQ(codes, (std::vector{Code::unavailable, Code::unavailable}));
    std::this_thread::sleep_for(700ms);
    EXPECT_FALSE(late);
}

TEST_P(RecordWorker, LockedBySomebodyElseIsUnavailableWhileItLasts) {
    Worker worker(io.get_executor(), url(), quick());
    ASSERT_TRUE(now(io, worker.run(write)));
    {
        Database other(url());
        Transaction transaction(other);
        other.sql() << "UPDATE meta SET agents_revision = agents_revision + 100";
        for (int i = 0; i < 3; ++i) {
            expect_unavailable(worker);
        }
        if (GetParam() == Backend::sqlite) {  // PostgreSQL locks rows, not the store
            EXPECT_TRUE(within(3s, [&] { return !worker.healthy(); }));
        }
    }
    EXPECT_TRUE(within(3s, [&] { return worker.healthy(); }));
    EXPECT_EQ(now(io, worker.run(write)), 2);
}

TEST_P(RecordWorker, StoreThatIsNotThereYetIsFoundWhenItComes) {
    if (GetParam() == Backend::sqlite) {
        TemporaryDirectory directory;
        const auto later = directory.path() / "later";
        Worker worker(io.get_executor(), DatabaseUrl::parse("", later), quick());
        expect_unavailable(worker);
        EXPECT_FALSE(worker.healthy());
        std::filesystem::create_directory(later);
        EXPECT_TRUE(within(3s, [&] { return worker.healthy(); }));
        EXPECT_TRUE(now(io, worker.run(write)));
        return;
    }
    test::PostgresServer server;
    const DatabaseUrl where = DatabaseUrl::parse(server.new_database(), "/");
    server.stop();
    Worker worker(io.get_executor(), where, quick());
    expect_unavailable(worker);
    EXPECT_FALSE(worker.healthy());
    server.start();
    EXPECT_TRUE(within(5s, [&] { return worker.healthy(); }));
    // One of the four connections was there; another may have come in the last moment of the start and been dropped.
    EXPECT_TRUE(within(5s, [&] { return now(io, worker.run(write)).has_value(); }));
}

TEST_P(RecordWorker, EndsSoonWithWorkInHand) {
    const auto begun = Clock::now();
    {
        Worker worker(io.get_executor(), url(), quick());
        boost::asio::co_spawn(io, worker.run(write), [](std::exception_ptr, const Result<std::int64_t>&) {});
        io.poll();
    }
    EXPECT_LT(Clock::now() - begun, 5s);
    io.restart();
    io.run();
}

class RecordWorkerOnPostgres : public ::testing::Test {
protected:
    bool writes_again(Worker& worker) {
        return within(5s, [&] { return now(io, worker.run(write)).has_value(); });
    }

    void survive(const std::function<void()>& harm, const std::function<void()>& heal) {
        Worker worker(io.get_executor(), where, quick());
        ASSERT_EQ(now(io, worker.run(write)), 1);
        harm();
        for (int i = 0; i < 3; ++i) {
            const auto begun = Clock::now();
            const auto result = now(io, worker.run(write));
            ASSERT_FALSE(result);
            EXPECT_EQ(result.error().code, Code::unavailable);
            EXPECT_LT(Clock::now() - begun, 4s);
        }
        EXPECT_TRUE(within(10s, [&] { return !worker.healthy(); }));
        heal();
        EXPECT_TRUE(writes_again(worker));
        EXPECT_TRUE(worker.healthy());
    }

    test::PostgresServer server;
    DatabaseUrl where = DatabaseUrl::parse(server.new_database(), "/");
    boost::asio::io_context io;
};

TEST_F(RecordWorkerOnPostgres, ServerStoppedAndStarted) {
    survive([this] { server.stop(); }, [this] { server.start(); });
}

TEST_F(RecordWorkerOnPostgres, ServerFrozenAndThawed) {
    survive([this] { server.freeze(); }, [this] { server.thaw(); });
}

TEST_F(RecordWorkerOnPostgres, FrozenServerDoesNotHoldTheEnd) {
    std::optional<Worker> worker(std::in_place, io.get_executor(), where, quick());
    ASSERT_EQ(now(io, worker->run(write)), 1);
    server.freeze();
    EXPECT_FALSE(now(io, worker->run(write)));
    const auto begun = Clock::now();
    worker.reset();
    EXPECT_LT(Clock::now() - begun, 5s);
}

TEST(RecordPasswords, RightWrongAndUnknown) {
    boost::asio::io_context io;
    PasswordPool pool(io.get_executor());
    const std::string hash = hash_password("contraseña 😀");
    EXPECT_EQ(hash.substr(0, 10), "$argon2id$");
    EXPECT_EQ(now(io, pool.verify("contraseña 😀", hash)), true);
    EXPECT_EQ(now(io, pool.verify("contrasena 😀", hash)), false);
    EXPECT_EQ(now(io, pool.verify("", "")), false);
    EXPECT_EQ(now(io, pool.verify("x", "not a hash")), false);
    EXPECT_NE(hash_password("contraseña 😀"), hash);
}

TEST(RecordPasswords, TooManyAtOnceAreToldToWait) {
    boost::asio::io_context io;
    PasswordPool pool(io.get_executor());
    const std::string hash = hash_password("right");
    int right = 0;
    int slowed = 0;
    int late = 0;  // the pool is nice, and the machine may be busy with other tests
    for (int i = 0; i < 30; ++i) {
        boost::asio::co_spawn(io, pool.verify("right", hash), [&](std::exception_ptr, const Result<bool>& result) {
            const bool slow = !result && result.error().code == Code::slow_down && result.error().retry_after_ms > 0;
            slowed += slow ? 1 : 0;
            right += result == true ? 1 : 0;
            late += !result && result.error().code == Code::unavailable ? 1 : 0;
        });
    }
    io.run();
    EXPECT_EQ(right + slowed + late, 30);
    EXPECT_GE(right, 1);
    EXPECT_GE(slowed, 20);
}

}  // namespace
}  // namespace ventanilla::record
