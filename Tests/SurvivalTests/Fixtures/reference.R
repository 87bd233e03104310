# Writes expected.csv (and data.csv) beside this script; see README.md.
suppressMessages(library(survival))
folder <- commandArgs(TRUE)[1]
shipped <- list(
  c("kmdata_checkpoint.csv", "CA184043_2A", "OS"), c("kmdata_checkpoint.csv", "CA184043_4", "PFS"),
  c("kmdata_checkpoint.csv", "Checkmate057_1A", "OS"), c("kmdata_checkpoint.csv", "Checkmate057_1C", "PFS"),
  c("kmdata_immunomodulator.csv", NA, NA), c("kmdata_vaccine.csv", NA, NA))
read <- function(f) read.csv(file.path(folder, "survival_trials", f), stringsAsFactors = FALSE)
sets <- list()
for (s in shipped) {
  d <- read(s[1])
  if (is.na(s[2])) s[2] <- d$dataset[1]
  d <- d[d$dataset == s[2], ]
  sets[[s[2]]] <- d[, c("dataset", "arm", "time", "event")]
}
write.csv(do.call(rbind, sets), "data.csv", row.names = FALSE, quote = FALSE)
d <- read("ici_phase3_os_itt.csv")
for (s in c("attraction-3_kato2019_fig2a", "checkmate066_ascierto2019_fig2a", "keynote-240_finn2019_fig2a",
            "impower150_socinski2018_fig3"))
  sets[[s]] <- d[d$dataset == s, c("dataset", "arm", "time", "event")]

out <- file("expected.csv", "w")
writeLines("dataset,quantity,value", out)
for (name in names(sets)) {
  d <- sets[[name]]
  put <- function(q, v) writeLines(sprintf("%s,%s,%.15g", name, q, v), out)
  arms <- sort(unique(d$arm))
  stopifnot(length(arms) == 2)
  d$group <- as.integer(d$arm == arms[2])
  i <- seq_len(nrow(d)) - 1
  d$x <- ((7919 * i) %% 101) / 101
  d$stratum <- i %% 3
  horizon <- min(max(d$time[d$group == 0]), max(d$time[d$group == 1])) * 0.8
  writeLines(sprintf("%s,horizon,%.17g", name, horizon), out)
  for (g in 0:1) {
    e <- d[d$group == g, ]
    for (type in c("plain", "log", "log-log")) {
      f <- survfit(Surv(time, event) ~ 1, data = e, conf.type = type)
      times <- horizon * c(0.25, 0.5, 0.9)
      s <- summary(f, times = times)
      for (k in 1:3) {
        put(sprintf("km %d %s %d lower", g, type, k), s$lower[k]); put(sprintf("km %d %s %d upper", g, type, k), s$upper[k])
        if (type == "plain") {
          put(sprintf("km %d %d survival", g, k), s$surv[k]); put(sprintf("km %d %d atrisk", g, k), s$n.risk[k])
          put(sprintf("km %d %d error", g, k), s$std.err[k])
        }
      }
      q <- quantile(f, c(0.25, 0.5))
      for (k in 1:2) {
        put(sprintf("quantile %d %s %d value", g, type, k), q$quantile[k])
        put(sprintf("quantile %d %s %d lower", g, type, k), q$lower[k])
        put(sprintf("quantile %d %s %d upper", g, type, k), q$upper[k])
      }
    }
    f <- survfit(Surv(time, event) ~ 1, data = e)
    m <- summary(f, rmean = horizon)$table
    put(sprintf("rmst %d mean", g), m["rmean"]); put(sprintf("rmst %d error", g), m["se(rmean)"])
    r <- survfit(Surv(time, 1 - event) ~ 1, data = e)
    put(sprintf("followup %d", g), quantile(r, 0.5)$quantile)
  }
  put("logrank", survdiff(Surv(time, event) ~ group, data = d)$chisq)
  put("logrank stratified", survdiff(Surv(time, event) ~ group + strata(stratum), data = d)$chisq)
  put("peto rho1", survdiff(Surv(time, event) ~ group, data = d, rho = 1)$chisq)
  for (ties in c("efron", "breslow")) {
    tight <- coxph.control(eps = 1e-12, iter.max = 50)
    f <- coxph(Surv(time, event) ~ group + x, data = d, ties = ties, control = tight)
    put(paste("cox", ties, "b0"), coef(f)[1]); put(paste("cox", ties, "b1"), coef(f)[2])
    put(paste("cox", ties, "se0"), sqrt(vcov(f)[1, 1])); put(paste("cox", ties, "se1"), sqrt(vcov(f)[2, 2]))
    put(paste("cox", ties, "cov"), vcov(f)[1, 2]); put(paste("cox", ties, "loglik"), f$loglik[2])
    put(paste("cox", ties, "null"), f$loglik[1])
    z <- cox.zph(f)$table
    put(paste("zph", ties, "0"), z[1, 1]); put(paste("zph", ties, "1"), z[2, 1]); put(paste("zph", ties, "global"), z[3, 1])
    f <- coxph(Surv(time, event) ~ group + strata(stratum), data = d, ties = ties, control = tight)
    put(paste("cox stratified", ties, "b"), coef(f)[1]); put(paste("cox stratified", ties, "se"), sqrt(vcov(f)[1, 1]))
    f <- coxph(Surv(time, event) ~ group, data = d, ties = ties, control = tight)
    ci <- summary(f)$conf.int
    put(paste("hr", ties, "value"), ci[1]); put(paste("hr", ties, "lower"), ci[3]); put(paste("hr", ties, "upper"), ci[4])
    put(paste("score", ties), f$score)
  }
}
close(out)
