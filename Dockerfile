# One image; web, worker and beat differ in the command alone (see compose.yaml).
FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /portal
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN useradd --system portal && mkdir -p var && chown portal var \
    && python -c "from pathlib import Path; import polib; [polib.pofile(str(p)).save_as_mofile(str(p.with_suffix('.mo'))) for p in Path('locale').glob('*/LC_MESSAGES/*.po')]"
USER portal
CMD ["sh", "-c", "python manage.py migrate --noinput && python manage.py collectstatic --noinput && exec gunicorn portal.wsgi:application --worker-class gthread --workers 2 --threads 8 --no-control-socket --bind 0.0.0.0:8000"]
