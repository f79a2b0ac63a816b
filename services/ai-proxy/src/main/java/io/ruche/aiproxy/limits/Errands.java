package io.ruche.aiproxy.limits;

import io.ruche.aiproxy.limits.OwnerPurses.Budget;
import io.ruche.aiproxy.limits.OwnerPurses.Metered;
import io.ruche.aiproxy.limits.TenantAccount.Answered;
import io.ruche.aiproxy.limits.TenantAccount.Waiting;
import io.ruche.aiproxy.limits.purse.DrawScript;
import io.ruche.aiproxy.limits.purse.Errand;
import io.ruche.aiproxy.limits.purse.Money;
import io.ruche.aiproxy.limits.purse.Purse;
import io.ruche.aiproxy.limits.purse.Reach;
import io.vertx.core.AsyncResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the purses of one tenant have to do with Redis and the ledger. One call is on its way at a
 * time; all that comes up meanwhile goes with the next one.
 */
final class Errands {

  private static final Logger LOG = LoggerFactory.getLogger(Errands.class);
  private static final long LEDGER_MS = 1_500;

  private final TenantAccount account;
  private final DrawScript script;
  private final Reach reach;
  private final Spending spending;
  private final BudgetListener listener;
  private final LimitsMetrics metrics;
  private final LongSupplier nanos;

  private boolean onItsWay;

  /** Whether all that were in use lately are to be asked what they have to say. */
  private boolean everyone;

  private long calls;

  Errands(
      TenantAccount account,
      DrawScript script,
      Reach reach,
      Spending spending,
      BudgetListener listener,
      LimitsMetrics metrics,
      LongSupplier nanos) {
    this.account = account;
    this.script = script;
    this.reach = reach;
    this.spending = spending;
    this.listener = listener;
    this.metrics = metrics;
    this.nanos = nanos;
  }

  /** Fifty milliseconds have passed. */
  void tick() {
    Results results;
    account.lock.lock();
    try {
      account.tick();
      everyone = true;
      results = results(account.active());
    } finally {
      account.lock.unlock();
    }
    results.tell();
    go();
  }

  /** Says what there is to say, unless a call is on its way, which then is followed by another. */
  void go() {
    Errand errand;
    long call;
    account.lock.lock();
    try {
      long now = nanos.getAsLong();
      if (onItsWay || !reach.mayAsk(now)) {
        return;
      }
      errand = collect(now);
      // While Redis is away an empty errand asks whether it is back.
      if (errand.isEmpty() && !reach.away()) {
        return;
      }
      onItsWay = true;
      calls++;
      call = calls;
    } finally {
      account.lock.unlock();
    }
    metrics.call();
    errand.send(script, account.owner().tenant(), call).onComplete(answer -> back(errand, answer));
  }

  private Errand collect(long now) {
    Set<Purse> asked = new LinkedHashSet<>();
    for (Waiting each : account.waiting()) {
      if (asked.size() > DrawScript.MOST / 2) {
        break;
      }
      ask(each.key(), each.need(), asked);
      ask(account.ofTenant(), each.need(), asked);
    }
    Errand errand = new Errand();
    for (Purse purse : asked) {
      errand.add(purse, now);
    }
    if (everyone) {
      everyone = !addEveryone(errand, asked, now);
    }
    return errand;
  }

  /** Whether all had room. */
  private boolean addEveryone(Errand errand, Set<Purse> but, long now) {
    for (OwnerPurses owner : account.active()) {
      for (Purse purse : owner.all()) {
        if (!but.contains(purse) && !errand.add(purse, now)) {
          return false;
        }
      }
    }
    return true;
  }

  private static void ask(OwnerPurses owner, Need need, Set<Purse> asked) {
    for (Metered each : owner.limited()) {
      long amount = each.measure().of(need);
      if (amount > 0) {
        each.purse().ask(amount);
        asked.add(each.purse());
      }
    }
  }

  private void back(Errand errand, AsyncResult<Errand.Answer> answer) {
    Results results;
    boolean more;
    account.lock.lock();
    try {
      long now = nanos.getAsLong();
      onItsWay = false;
      if (answer.succeeded()) {
        reach.answered();
        errand.deliver(answer.result(), now);
      } else {
        reach.failed(answer.cause(), now);
        errand.fail();
      }
      results = results();
      more = everyone || !account.waiting().isEmpty();
    } finally {
      account.lock.unlock();
    }
    results.tell();
    if (more) {
      go();
    }
  }

  /** Gives back all that is spare; answers whether there is nothing left to do. */
  boolean close() {
    account.lock.lock();
    try {
      account.all().forEach(Purse::close);
      everyone = true;
      return !onItsWay && account.all().stream().allMatch(Purse::quiet);
    } finally {
      account.lock.unlock();
    }
  }

  /** What follows now for those who wait; the rest follows with the next tick. */
  private Results results() {
    List<Answered> answers = account.answers();
    Set<OwnerPurses> waiting = new LinkedHashSet<>();
    for (Waiting each : account.waiting()) {
      waiting.add(each.key());
      waiting.add(account.ofTenant());
    }
    return results(answers, waiting);
  }

  private Results results(Collection<OwnerPurses> owners) {
    return results(account.answers(), owners);
  }

  /** What follows from the state of the purses, to be done without the lock. */
  private Results results(List<Answered> answers, Collection<OwnerPurses> owners) {
    long now = nanos.getAsLong();
    Results results = new Results(answers);
    for (OwnerPurses owner : owners) {
      for (Budget budget : owner.budgets()) {
        Money money = budget.money();
        if (money.askLedger(now)) {
          results.questions.add(
              new Question(owner.owner(), money, money.term(), money.current().start()));
        }
        switch (money.news()) {
          case NONE -> {}
          case WARNING ->
              results.notices.add(notice(BudgetListener.Kind.WARNING, owner.owner(), budget));
          case EXCEEDED ->
              results.notices.add(notice(BudgetListener.Kind.EXCEEDED, owner.owner(), budget));
        }
      }
    }
    return results;
  }

  private static BudgetListener.Notice notice(
      BudgetListener.Kind kind, Owner owner, Budget budget) {
    Money money = budget.money();
    return new BudgetListener.Notice(
        kind,
        owner,
        budget.measure(),
        money.current().name(),
        money.current().end(),
        money.limit(),
        money.allSpent());
  }

  /** A question to the ledger: what was spent in a term. */
  private record Question(Owner owner, Money money, int term, Instant from) {}

  private final class Results {

    private final List<Answered> answers;
    private final List<Question> questions = new ArrayList<>();
    private final List<BudgetListener.Notice> notices = new ArrayList<>();

    Results(List<Answered> answers) {
      this.answers = answers;
    }

    void tell() {
      answers.forEach(each -> each.answer().complete(each.decision()));
      questions.forEach(Errands.this::askLedger);
      for (BudgetListener.Notice notice : notices) {
        try {
          listener.tell(notice);
        } catch (RuntimeException e) {
          LOG.error("listener failed budget={} {}", notice.owner(), notice.measure().word(), e);
        }
      }
    }
  }

  private void askLedger(Question question) {
    Owner owner = question.owner();
    spending
        .since(owner.tenant(), owner.key(), question.from())
        .timeout(LEDGER_MS, TimeUnit.MILLISECONDS)
        .onComplete(spent -> ledgerSays(question, spent));
  }

  private void ledgerSays(Question question, AsyncResult<Long> spent) {
    Results results;
    account.lock.lock();
    try {
      long now = nanos.getAsLong();
      if (spent.succeeded()) {
        question.money().ledgerSays(question.term(), spent.result(), now);
      } else {
        LOG.debug("the ledger did not tell what {} has spent", question.owner(), spent.cause());
        question.money().ledgerFails(now);
      }
      results = results();
    } finally {
      account.lock.unlock();
    }
    results.tell();
    go();
  }
}
