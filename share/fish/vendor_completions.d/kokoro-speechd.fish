# SPDX-License-Identifier: GPL-3.0-or-later
# Written by `python -m distribution` with shtab; do not change it here.


# Parse current commandline:
# - _shtab_kokoro_speechd_cmdpath=(sub)command path seen so far
# - _shtab_kokoro_speechd_npos=number of positional arguments given after it
# - options are skipped based on _shtab_kokoro_speechd_opts_with_value & _shtab_kokoro_speechd_commands lists
function _shtab_kokoro_speechd_scan
  set -g _shtab_kokoro_speechd_cmdpath ''
  set -g _shtab_kokoro_speechd_npos 0
  set -l tokens (commandline -opc)
  set -e tokens[1]
  set -l expect_value 0
  for t in $tokens
    if test $expect_value -eq 1
      set expect_value 0
      continue
    end
    switch "$t"
      case '--*=*'
        continue
      case '-*'
        if contains -- $t $_shtab_kokoro_speechd_opts_with_value
          set expect_value 1
        end
        continue
      case '*'
        if test $_shtab_kokoro_speechd_npos -eq 0
          set -l candidate $t
          if test -n "$_shtab_kokoro_speechd_cmdpath"
            set candidate "$_shtab_kokoro_speechd_cmdpath $t"
          end
          if contains -- $candidate $_shtab_kokoro_speechd_commands
            set -g _shtab_kokoro_speechd_cmdpath $candidate
            continue
          end
        end
        set -g _shtab_kokoro_speechd_npos (math $_shtab_kokoro_speechd_npos + 1)
    end
  end
end

# Condition helper: true if the current (sub)command path equals the given one.
function _shtab_kokoro_speechd_using
  _shtab_kokoro_speechd_scan
  test "$_shtab_kokoro_speechd_cmdpath" = "$argv"
end

set -g _shtab_kokoro_speechd_commands say stop pause resume reload quit status daemon emacspeak voices pronounce setup config doctor model 'model import' 'model download' 'model list' 'model remove' 'model check' 'model random' record 'record on' 'record off' 'record status' 'record clear' cache 'cache info' 'cache clear' 'cache warm' bench
set -g _shtab_kokoro_speechd_opts_with_value --json --language --marks --model --only --output --pitch --precision --rate --rounds --seed --threads --voice --volume -o

complete -c kokoro-speechd -e
complete -c kokoro-speechd -f

complete -c kokoro-speechd -n _shtab_kokoro_speechd_using -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n _shtab_kokoro_speechd_using -l version -d 'show program'"'"'s version number and exit'
complete -c kokoro-speechd -n _shtab_kokoro_speechd_using -s v -l verbose -d 'say on stderr what is done'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a say -d 'Speak a text, or write it into a WAV file.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using say' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using say' -s o -l output -xka "(__fish_complete_path (commandline -ct))" -d 'write a WAV file instead; - writes to stdout'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using say' -l voice -x -d 'a voice of `kokoro-speechd voices`, or espeak-de and the like'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using say' -l language -x -d 'choose a voice for this language, such as fr or en-GB'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using say' -l rate -x -d '-100 to 100: 0 is the voice'"'"'s own pace, 100 four times that, or `fastest` of the settings'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using say' -l pitch -x -d '-100 to 100: 0 is the voice'"'"'s own, 100 an octave higher'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using say' -l volume -x -d '-100 to 100: 100 is full, -100 silent'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using say' -l ssml -d 'TEXT is SSML'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using say' -l marks -xka "(__fish_complete_path (commandline -ct))" -d 'write when each word is heard: WebVTT where FILE ends in .vtt, else JSON'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a stop -d 'Stop what `say` and other D-Bus callers speak.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using stop' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a pause -d 'Be silent until `resume`.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using pause' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a resume -d 'Go on after `pause`.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using resume' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a reload -d 'Make the daemon read its settings again.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using reload' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a quit -d 'End the daemon.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using quit' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a status -d 'Say how the daemon is. Exit code 1: none runs.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using status' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using status' -l json -d 'for programs'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using status' -l watch -d 'again after each change, until the daemon ends'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a daemon -d 'Run the daemon in the foreground. Mostly the first message or systemd starts it.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using daemon' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a emacspeak -d 'Be Emacspeak'"'"'s speech server: take its commands on standard input, and speak, until that ends. Emacspeak starts it, see docs/clients.md.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using emacspeak' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using emacspeak' -l voice -x -d 'a voice of `kokoro-speechd voices`'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using emacspeak' -l language -x -d 'choose a voice for this language'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a voices -d 'List the voices on this machine: name, language, gender, quality (A is best), file.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using voices' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using voices' -l language -x -d 'only those of this language, such as en or en-GB'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using voices' -l json -d 'for programs'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using voices' -l listen -d 'let each say its name, one after another; Ctrl-C ends it'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a pronounce -d 'Say how a word is read and why; with SAYS: have it read so from the next message on.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using pronounce' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using pronounce' -l language -x -d 'such as fr or en-GB; all: for every language'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using pronounce' -l case -d 'only where it is written just like this'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using pronounce' -l part -d 'inside of words too'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using pronounce' -l remove -d 'forget WORD'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using pronounce' -l list -d 'list what you have written'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using pronounce' -l listen -d 'have the daemon say it'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using pronounce' -l json -d 'for programs: of WORD alone, or with --list'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a setup -d 'Make this user'"'"'s speech-dispatcher, systemd and session bus know this installation, and speak a sentence. It can be repeated. Nothing outside your home folder is touched. Exit code 1: speech-dispatcher does not have the module.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using setup' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using setup' -l default -d 'make kokoro the default: write a whole speechd.conf for you'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using setup' -l dry-run -d 'only say what would be done'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using setup' -l undo -d 'restore exactly what was there before'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using setup' -l quiet -d 'speak no sentence'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using setup' -l no-restart -d 'leave a running speech-dispatcher as it is'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a config -d 'Say which settings files are read, the most important first.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using config' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using config' -l write -d 'write your own: every setting with its default, as comments'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using config' -l force -d 'with --write: replace the one that is there'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a doctor -d 'Say what is found where, what is missing and what to do. Exit code 1: something is.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using doctor' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using doctor' -l json -d 'for programs'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using doctor' -l load -d 'load the model too, which takes seconds'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using doctor' -l report -d 'as a text for bug reports, without private data'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a model -d 'The model'"'"'s files.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model; and test $_shtab_kokoro_speechd_npos -eq 0' -a import -d 'Check a model and copy it to where it is looked for. ONNX exports and raw voices are converted. Run it again after an interruption: it goes on. No network is used.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model import' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model import; and test $_shtab_kokoro_speechd_npos -eq 0' -ka "(__fish_complete_path (commandline -ct))" -d 'a folder, a zip archive, a Hugging Face cache, an ONNX export or voices'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model; and test $_shtab_kokoro_speechd_npos -eq 0' -a download -d 'Fetch the model from Hugging Face, after saying how much that is. No other command uses the network.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model download' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model download' -l yes -d 'do not ask'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model; and test $_shtab_kokoro_speechd_npos -eq 0' -a list -d 'say which models are here, and which is used'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model list' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model list' -l json -d 'for programs'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model; and test $_shtab_kokoro_speechd_npos -eq 0' -a remove -d 'remove your own model'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model remove' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model remove' -l yes -d 'do not ask'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model; and test $_shtab_kokoro_speechd_npos -eq 0' -a check -d 'Load the model, learn the statistics of the default voice if they are not known, and measure with how many threads, or on which device, a sentence is made fastest. What was found is kept and used from the daemon'"'"'s next start on. It takes half a minute.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model check' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model check' -l model -xka "(__fish_complete_directories)" -d 'check the model in this folder'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model check' -l json -d 'for programs'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model; and test $_shtab_kokoro_speechd_npos -eq 0' -a random -d 'Write a model of Kokoro'"'"'s form with random numbers: it makes NOISE, NOT SPEECH. For tests, benchmarks and packagers.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model random' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model random' -l seed -x -d 'the same seed writes the same model'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using model random; and test $_shtab_kokoro_speechd_npos -eq 0' -ka "(__fish_complete_directories)" -d 'where to; made if it is missing'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a record -d 'Write down what speech-dispatcher and the module say to each other, for a bug report. Off by default. Of the text only the shape is written, letters as x and digits as 0, unless you ask for it.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using record' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using record; and test $_shtab_kokoro_speechd_npos -eq 0' -a on -d begin
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using record on' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using record on' -l with-text -d 'write down what is spoken as well'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using record; and test $_shtab_kokoro_speechd_npos -eq 0' -a off -d 'end, and name the transcripts'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using record off' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using record; and test $_shtab_kokoro_speechd_npos -eq 0' -a status -d 'say whether it is on, and name the transcripts'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using record status' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using record; and test $_shtab_kokoro_speechd_npos -eq 0' -a clear -d 'delete the transcripts'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using record clear' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a cache -d 'The sounds of letters, digits and keys that are kept on the disk.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache; and test $_shtab_kokoro_speechd_npos -eq 0' -a info -d 'say how many there are, and where'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache info' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache info' -l json -d 'for programs'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache; and test $_shtab_kokoro_speechd_npos -eq 0' -a clear -d 'delete them'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache clear' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache; and test $_shtab_kokoro_speechd_npos -eq 0' -a warm -d 'make them now; the daemon makes them while nothing is spoken'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache warm' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache warm' -l voice -x -d 'a voice of `kokoro-speechd voices`'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache warm' -l language -x -d 'choose a voice for this language'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache warm' -l rate -x -d '-100 to 100'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using cache warm' -l pitch -x -d '-100 to 100'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using; and test $_shtab_kokoro_speechd_npos -eq 0' -a bench -d 'Measure how fast this machine speaks, beside upstream'"'"'s Kokoro on the same weights. It takes a quarter of an hour; Ctrl-C prints what was measured so far.'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using bench' -s h -l help -d 'show this help message and exit'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using bench' -l model -xka "(__fish_complete_directories)" -d 'measure the model in this folder'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using bench' -l only -x -d 'only these measurements'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using bench' -l rounds -x -d 'how often; 6 without this'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using bench' -l threads -x -d 'of both sides; 1 without this'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using bench' -l peers -d 'onnxruntime too, with the model exported from the same weights'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using bench' -l precision -xka "float32 bfloat16" -d 'how exactly ours multiplies; float32 without this'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using bench' -l quick -d 'once each and short phrases only: rough'
complete -c kokoro-speechd -n '_shtab_kokoro_speechd_using bench' -l json -xka "(__fish_complete_path (commandline -ct))" -d 'write everything into a file; - to stdout, alone'
